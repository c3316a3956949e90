package dev.gatehouse.devservices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

class ArchitectureTests {

    private static final String BASE = "dev.gatehouse.devservices";

    private final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    @Test
    void upUsesServicesAndServicesUseProcesses() {
        layeredArchitecture().consideringOnlyDependenciesInLayers().layer("up").definedBy(BASE + ".up").layer("services")
                .definedBy(BASE).layer("process").definedBy(BASE + ".process").whereLayer("up").mayNotBeAccessedByAnyLayer()
                .whereLayer("services").mayOnlyBeAccessedByLayers("up").whereLayer("process")
                .mayOnlyBeAccessedByLayers("up", "services").check(classes);
    }

    @Test
    void knowsNothingOfTheProductionJars() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("dev.gatehouse.auth..", "dev.gatehouse.gateway..",
                "org.springframework..").check(classes);
    }
}
