package dev.gatehouse.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.modulith.core.ApplicationModules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/// Keeps the picture in `docs/architecture.md` true: its table of allowed arrows is what this test reads.
class ArchitectureTests {

    private static final String BASE = "dev.gatehouse.gateway";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void packagesUseOnlyWhatThePictureAllows() throws IOException {
        Map<String, Set<String>> allowed = allowedArrows();
        Map<String, Set<String>> found = arrows();

        found.forEach((from, to) -> assertThat(allowed.getOrDefault(from, Set.of("nothing: no row in docs/architecture.md")))
                .as("what " + from + " may use").containsAll(to));
        assertThat(allowed.keySet()).as("packages in the picture").isEqualTo(packages());
    }

    @Test
    void modulesHaveNoCyclesAndKeepTheirInsidesToThemselves() {
        ApplicationModules.of(GatewayApplication.class).verify();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"org.springframework.cloud.gateway.. | nowhere",
            "org.springframework.http.server.. | operator,pipeline",
            "com.nimbusds.. | assertion,authentication",
            "io.github.bucket4j.. | bucket", "io.github.resilience4j.. | resilience", "org.yaml.snakeyaml.. | routefile",
            "picocli.. | cli", "io.opentelemetry.. | tracing",
            "org.springframework.data.redis.connection.. | redis,authentication"})
    void librariesStayWhereTheyBelong(String library, String homes) {
        String[] elsewhere = packages().stream().filter(name -> !List.of(homes.split(",", -1)).contains(name))
                .map(name -> BASE + "." + name + "..")
                .toArray(String[]::new);

        noClasses().that().resideInAnyPackage(elsewhere).should().dependOnClassesThat().resideInAPackage(library).check(CLASSES);
    }

    private static Map<String, Set<String>> arrows() {
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = slice(type.getPackageName());
                String to = slice(dependency.getTargetClass().getPackageName());
                if (!from.isEmpty() && !to.isEmpty() && !from.equals(to)) {
                    arrows.computeIfAbsent(from, _ -> new TreeSet<>()).add(to);
                }
            }
        }
        return arrows;
    }

    private static Set<String> packages() {
        Set<String> packages = new TreeSet<>();
        CLASSES.forEach(type -> packages.add(slice(type.getPackageName())));
        packages.remove("");
        return packages;
    }

    /// The package below the base that a type belongs to; empty for the base itself and for what is not ours.
    private static String slice(String packageName) {
        if (!packageName.startsWith(BASE + ".")) {
            return "";
        }
        String below = packageName.substring(BASE.length() + 1);
        return below.contains(".") ? below.substring(0, below.indexOf('.')) : below;
    }

    private static Map<String, Set<String>> allowedArrows() throws IOException {
        Map<String, Set<String>> allowed = new TreeMap<>();
        boolean inSection = false;
        for (String line : Files.readAllLines(Path.of("../docs/architecture.md"))) {
            inSection = line.startsWith("## ") ? line.equals("## Gateway") : inSection;
            String[] cells = line.replace("`", "").split("\\|", -1);
            if (inSection && line.startsWith("| ") && cells.length >= 3 && !cells[1].strip().equals("package")
                    && !cells[1].contains("---")) {
                allowed.put(cells[1].strip(), names(cells[2]));
            }
        }
        return allowed;
    }

    private static Set<String> names(String cell) {
        Set<String> names = new TreeSet<>(List.of(cell.strip().split("\\s*,\\s*", -1)));
        names.remove("nothing");
        return names;
    }
}
