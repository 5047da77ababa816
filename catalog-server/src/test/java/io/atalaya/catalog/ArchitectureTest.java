package io.atalaya.catalog;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between modules point one way. */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.atalaya");

    @Test
    void modules_depend_on_what_they_may() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("migrations")
                .definedBy("io.atalaya.migrations..")
                .layer("policies")
                .definedBy("io.atalaya.policies..")
                .layer("lakehouse")
                .definedBy("io.atalaya.lakehouse..")
                .layer("query")
                .definedBy("io.atalaya.query..")
                .layer("models")
                .definedBy("io.atalaya.models..")
                .layer("ingestion")
                .definedBy("io.atalaya.ingestion..")
                .layer("catalog")
                .definedBy("io.atalaya.catalog..")
                .whereLayer("catalog")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("ingestion")
                .mayOnlyBeAccessedByLayers("catalog")
                .whereLayer("models")
                .mayOnlyBeAccessedByLayers("ingestion", "catalog")
                .whereLayer("query")
                .mayOnlyBeAccessedByLayers("ingestion", "catalog")
                .whereLayer("lakehouse")
                .mayOnlyBeAccessedByLayers("query", "models", "ingestion", "catalog")
                .whereLayer("policies")
                .mayOnlyBeAccessedByLayers("query", "models", "ingestion", "catalog")
                .whereLayer("migrations")
                .mayOnlyBeAccessedByLayers("catalog")
                .check(OURS);
    }

    @Test
    void only_commands_know_how_everything_is_wired() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.atalaya.catalog", "io.atalaya.catalog.command..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.atalaya\\.catalog\\.(Composition|HttpWiring|Services|ModuleSettings)")
                .check(OURS);
    }

    @Test
    void only_the_command_line_writes_to_the_standard_streams() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.atalaya.catalog.command..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(OURS);
    }

    @Test
    void only_http_surfaces_know_javalin() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.atalaya.catalog.http..", "io.atalaya.catalog.rest..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.javalin..")
                .check(OURS);
    }
}
