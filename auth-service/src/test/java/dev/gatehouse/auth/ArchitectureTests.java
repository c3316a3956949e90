package dev.gatehouse.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// Keeps the structure that docs/architecture.md draws: its table of allowed arrows is what this test reads.
final class ArchitectureTests {

    private static final String ROOT = "dev.gatehouse.auth.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.gatehouse.auth");

    @Test
    void packagesKnowWhatTheyMay() throws IOException {
        Map<String, Set<String>> allowed = allowed();
        Map<String, TreeSet<String>> found = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            if (!part(type).isEmpty()) {
                found.computeIfAbsent(part(type), _ -> new TreeSet<>()).addAll(known(type));
            }
        }
        assertThat(found.keySet()).isEqualTo(allowed.keySet());
        found.forEach((from, to) -> assertThat(allowed.get(from)).as("%s may know", from).containsAll(to));
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
        noClasses().that().resideOutsideOfPackage(ROOT + "password.format").should().dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..", "org.springframework.security..", "org.apache.commons.codec..")
                .check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "password.rules").should().dependOnClassesThat()
                .resideInAPackage("me.gosimple..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "totp").should().dependOnClassesThat()
                .resideInAPackage("com.google.zxing..").check(CLASSES);
        noClasses().that().resideOutsideOfPackages(ROOT + "redis", ROOT + "revocation", ROOT + "counting").should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "tracing").should().dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "broker").should().dependOnClassesThat()
                .resideInAPackage("com.rabbitmq..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "mail").should().dependOnClassesThat()
                .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus..").check(CLASSES);
        noClasses().that().resideOutsideOfPackage(ROOT + "database").should().dependOnClassesThat()
                .resideInAnyPackage("org.flywaydb..", "com.zaxxer..").check(CLASSES);
    }

    /// Each package and what it may know, from the rows of our section.
    private static Map<String, Set<String>> allowed() throws IOException {
        Map<String, Set<String>> allowed = new TreeMap<>();
        boolean ours = false;
        for (String line : Files.readAllLines(Path.of("../docs/architecture.md"))) {
            ours = line.startsWith("## ") ? line.equals("## Auth service") : ours;
            if (ours && line.startsWith("| `")) {
                String[] cells = line.split("\\|", -1);
                allowed.put(cells[1].replace("`", "").strip(), names(cells[2].strip()));
            }
        }
        return allowed;
    }

    private static Set<String> names(String cell) {
        return cell.equals("nothing") ? Set.of() : Set.of(cell.split(", ", -1));
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
