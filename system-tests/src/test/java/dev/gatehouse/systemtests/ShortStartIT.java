package dev.gatehouse.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.Postgres;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Program;

import static org.assertj.core.api.Assertions.assertThat;

/// The cache that makes the auth service's start short, as its image has it.
@Tag("slow")
class ShortStartIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final Path FOLDER = Gatehouse.newFolder("short-start").resolve("auth");
    private static final String JAR = FOLDER.resolve("auth-service.jar").toString();
    private static final Path CACHE = FOLDER.resolve("auth-service.aot");

    @BeforeAll
    static void rehearse() {
        finish("-Djarmode=tools", "-jar", Gatehouse.authJar(), "extract", "--destination", FOLDER.toString());
        finish("-XX:AOTCacheOutput=" + CACHE, "-jar", JAR, "rehearse");
    }

    @Test
    void rehearsalMakesACacheThatStartsUse() {
        // Java refuses to start where it cannot use the cache.
        startsAndServes("-XX:AOTMode=on", "-XX:AOTCache=" + CACHE, "-jar", JAR);
    }

    @Test
    void brokenCacheOnlyCostsTime() throws IOException {
        Path broken = Files.writeString(FOLDER.resolveSibling("broken.aot"), "what was left when the disk was full");

        startsAndServes("-XX:AOTCache=" + broken, "-jar", JAR);
    }

    @Test
    void cacheOfOtherJarsOnlyCostsTime() throws IOException {
        Path renamed = Files.copy(Path.of(JAR), FOLDER.resolve("another-release.jar"));

        startsAndServes("-XX:AOTCache=" + CACHE, "-jar", renamed.toString());
    }

    private static void finish(String... words) {
        try (Program program = Gatehouse.javaCommand(List.of(words), Map.of())) {
            assertThat(Deadline.in(PATIENCE).await(() -> !program.alive())).as(String.join(" ", words)).isTrue();
            assertThat(program.exitStatus()).as(program.output()).isZero();
        }
    }

    private static void startsAndServes(String... words) {
        int port = FreePorts.next();
        Client client = new Client(port);
        try (Program service = Gatehouse.javaCommand(List.of(words),
                Map.of("DATABASE_URL", Postgres.shared().freshDatabase(), "GATEHOUSE_KEK", KEY,
                        "GATEHOUSE_AUTH_PORT", "" + port, "GATEHOUSE_AUTH_MANAGEMENT_PORT", "0"))) {
            Deadline.in(PATIENCE).await(() -> !service.alive() || client.serves("/auth/health"));
            assertThat(service.alive()).as(service.output()).isTrue();
            assertThat(client.serves("/auth/health")).isTrue();
        }
    }
}
