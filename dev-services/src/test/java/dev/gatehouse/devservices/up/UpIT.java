package dev.gatehouse.devservices.up;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("slow")
class UpIT {

    @TempDir
    Path root;

    private final Map<Port, Integer> ports = UpRun.freePorts();

    @BeforeEach
    void writeCheckout() throws Exception {
        UpRun.checkout(root);
    }

    @Test
    void startsEverythingAndCtrlCStopsItInOrder() throws Exception {
        try (UpRun run = UpRun.of(root, ports, Map.of()).awaitUp()) {
            assertThat(run.status(Port.BACKEND, "/api/hello")).isEqualTo(200);
            assertThat(run.out().getLast()).isEqualTo("Gatehouse is up: " + run.url(Port.GATEWAY));
            assertThatProgramsAreJoinedBySettings(run);
            assertThatSecondRunOverTheSameDataIsOneLine();
            assertThat(run.status(Port.GATEWAY, "/readyz")).isEqualTo(200);

            assertThat(run.interrupt().exitStatus()).as("128 + SIGINT").isEqualTo(130);
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).containsSubsequence("stopped gateway", "stopped auth-service", "stopped backend",
                    "stopped mail sink", "stopped AMQP broker", "stopped Redis", "stopped PostgreSQL", "Gatehouse has stopped.");
            assertThat(run.everythingEnded()).isTrue();
        }
    }

    private void assertThatProgramsAreJoinedBySettings(UpRun run) throws Exception {
        assertThat(Files.readString(root.resolve("auth.settings"))).contains("DATABASE_URL=postgres://gatehouse:")
                .contains("REDIS_URL=redis://127.0.0.1:" + ports.get(Port.REDIS))
                .contains("GATEHOUSE_ISSUER=" + run.url(Port.GATEWAY));
        assertThat(Files.readString(root.resolve("gateway.settings")))
                .contains("GATEHOUSE_ROUTES=" + root.resolve("routes.yml")).contains("GATEHOUSE_KEK=")
                .contains("GATEHOUSE_STATE=" + root.resolve(".gatehouse/gateway"))
                .doesNotContain(Files.readString(root.resolve(".gatehouse/kek")).strip());
    }

    private void assertThatSecondRunOverTheSameDataIsOneLine() throws Exception {
        try (UpRun second = UpRun.of(root, ports, Map.of())) {
            assertThat(second.exitStatus()).isEqualTo(1);
            assertThat(second.err())
                    .containsExactly("gatehouse: Gatehouse is up already with the data in " + root.resolve(".gatehouse"));
        }
    }

    @Test
    void startsAtOnceAfterItWasKilledWithTheKeyItHad() throws Exception {
        Path key = root.resolve(".gatehouse/kek");
        try (UpRun killed = UpRun.of(root, ports, Map.of()).awaitUp()) {
            String first = Files.readString(key);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key))).isEqualTo("rw-------");
            killed.kill();

            try (UpRun next = UpRun.of(root, ports, Map.of()).awaitUp()) {
                assertThat(next.status(Port.GATEWAY, "/readyz")).isEqualTo(200);
                assertThat(key).hasContent(first);
                assertThat(next.terminate().exitStatus()).as("128 + SIGTERM").isEqualTo(143);
                assertThat(next.everythingEnded()).isTrue();
            }
            assertThat(killed.everythingEnded()).isTrue();
            UpRun.of(root, ports, Map.of(), "--fresh").awaitUp().close();
            assertThat(Files.readString(key)).isNotEqualTo(first);
        }
    }

    @Test
    void childThatFailsAtStartIsOneLineAndTheEndOfItsLog() throws Exception {
        try (UpRun run = UpRun.of(root, ports, Map.of("STAND_IN_FAILS", "yes"))) {
            assertThat(run.exitStatus()).isEqualTo(1);
            assertThat(run.everythingEnded()).isTrue();
            assertThat(run.err()).containsExactly("gatehouse: auth-service has ended with status 3; its log "
                    + root.resolve(".gatehouse/logs/auth-service.log") + " ends so:", "    GATEHOUSE_KEK: wrong");
        }
    }

    @Test
    void childThatEndsLaterStopsEverything() throws Exception {
        try (UpRun run = UpRun.of(root, ports, Map.of()).awaitUp()) {
            run.crash(Port.GATEWAY);

            assertThat(run.exitStatus()).isEqualTo(1);
            assertThat(run.everythingEnded()).isTrue();
            assertThat(run.err()).first().asString().startsWith("gatehouse: gateway has ended with status 3");
        }
    }

    @Test
    void busyPortIsOneLine() throws Exception {
        try (ServerSocket busy = new ServerSocket(ports.get(Port.AUTH), 1, InetAddress.ofLiteral("127.0.0.1"));
                UpRun run = UpRun.of(root, ports, Map.of())) {
            assertThat(run.exitStatus()).isEqualTo(1);
            assertThat(run.err()).containsExactly("gatehouse: in use by another program: port " + busy.getLocalPort()
                    + " (auth-service; GATEHOUSE_AUTH_PORT moves it)");
        }
    }

    @Test
    void missingJarIsOneLine() throws Exception {
        Files.delete(root.resolve("gateway/target/gateway.jar"));

        try (UpRun run = UpRun.of(root, ports, Map.of())) {
            assertThat(run.exitStatus()).isEqualTo(1);
            assertThat(run.err()).containsExactly(
                    "gatehouse: " + root.resolve("gateway/target/gateway.jar") + " is missing: build it with ./mvnw package");
        }
    }
}
