package dev.gatehouse.auth;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RestController;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/// The structure that docs/auth-service.md draws.
final class ArchitectureTests {

    private static final String ROOT = "dev.gatehouse.auth.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.gatehouse.auth");

    /// Each package and what it may know. Changing this means changing the picture in the documentation too.
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(Map.entry("settings", List.of()),
            Map.entry("id", List.of()), Map.entry("problem", List.of()), Map.entry("database", List.of("settings")),
            Map.entry("request", List.of("id", "problem", "settings")), Map.entry("password", List.of("problem", "settings")),
            Map.entry("keys", List.of("database", "settings")), Map.entry("revocation", List.of("database", "settings")),
            Map.entry("account", List.of("id", "password", "problem", "request", "settings")),
            Map.entry("session", List.of("account", "database", "id", "keys", "revocation", "settings")),
            Map.entry("token", List.of("account", "id", "keys", "problem", "request", "session", "settings")),
            Map.entry("login", List.of("account", "password", "problem", "request", "session", "settings", "token")),
            Map.entry("profile", List.of("account", "problem", "session", "token")),
            Map.entry("health", List.of("revocation")));

    @Test
    void packagesKnowWhatTheyMay() {
        Map<String, TreeSet<String>> found = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            if (!part(type).isEmpty()) {
                found.computeIfAbsent(part(type), _ -> new TreeSet<>()).addAll(known(type));
            }
        }
        assertThat(found.keySet()).isEqualTo(new TreeSet<>(ARROWS.keySet()));
        found.forEach((from, to) -> assertThat(ARROWS.get(from)).as("%s may know", from).containsAll(to));
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void packagesHaveAtMostTenTypes() {
        Map<String, Long> sizes = CLASSES.stream().filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

        assertThat(sizes).allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(10));
    }

    @Test
    void controllersArePackagePrivate() {
        classes().that().areAnnotatedWith(RestController.class).should().bePackagePrivate().check(CLASSES);
    }

    @Test
    void librariesStayWhereTheyBelong() {
        noClasses().that().resideOutsideOfPackages(ROOT + "keys", ROOT + "token").should().dependOnClassesThat()
                .resideInAPackage("com.nimbusds..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "password").should().dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "revocation").should().dependOnClassesThat()
                .resideInAPackage("io.lettuce..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "database").should().dependOnClassesThat()
                .resideInAnyPackage("org.flywaydb..", "com.zaxxer..").check(CLASSES);
    }

    private static Set<String> known(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream().map(dependency -> part(dependency.getTargetClass()))
                .filter(part -> !part.isEmpty() && !part.equals(part(type))).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String part(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : "";
    }
}
