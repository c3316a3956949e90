package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import example.registry.RegistryJar;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A registry of somebody else's in a folder beside the gateway's jar, as operators add one: where requests go, also after that has changed.
@Tag("slow")
class ForeignRegistryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROUTES = """
            version: 1
            routes:
              - { id: orders, match: { path: /orders }, upstream: "lb://orders", access: public }
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendsRequestsWhereTheRegistrySays(boolean apart) throws Exception {
        try (TestUpstream one = TestUpstream.start(); TestUpstream other = TestUpstream.start()) {
            tell(one);
            try (JarGateway gateway = start(apart)) {
                assertThat(gateway.get("/orders").statusCode()).isEqualTo(200);
                assertThat(one.next().target()).isEqualTo("/orders");

                tell(other);
                await().atMost(PATIENCE).until(() -> gateway.get("/orders").statusCode() == 200 && !other.isUntouched());
                one.forget();
                assertThat(gateway.get("/orders").statusCode()).isEqualTo(200);
                assertThat(one.isUntouched()).as("it is told no more").isTrue();

                tell(one, other);
                other.forget();
                await().atMost(PATIENCE).until(
                        () -> gateway.get("/orders").statusCode() == 200 && !one.isUntouched() && !other.isUntouched());

                Files.delete(instances());
                await().atMost(PATIENCE).until(() -> gateway.management("/actuator/prometheus").lines()
                        .anyMatch(line -> line.startsWith("gatehouse_discovery_failures_total") && !line.endsWith(" 0.0")));
                assertThat(gateway.get("/orders").statusCode()).as("the last that are known count").isEqualTo(200);

                tell();
                await().atMost(PATIENCE).until(() -> gateway.get("/orders").body().contains("\"code\":\"upstream.open\""));
            }
        }
    }

    private JarGateway start(boolean apart) throws IOException {
        Path jars = Files.createDirectory(folder.resolve("jars"));
        RegistryJar.writeTo(jars);
        Map<String, String> settings = Map.of("EXAMPLE_REGISTRY_FILE", instances().toString(), "GATEHOUSE_DISCOVERY_EVERY",
                "20ms");
        return apart
                ? JarGateway.startBeside(jars, folder.resolve("apart"), ROUTES, settings)
                : JarGateway.startBeside(jars, ROUTES, settings);
    }

    private Path instances() {
        return folder.resolve("instances");
    }

    /// At once, since the gateway may read at any time.
    private void tell(TestUpstream... instances) throws IOException {
        Path next = Files.write(folder.resolve("next"), List.of(instances).stream().map(one -> "orders " + one.url()).toList());
        Files.move(next, instances(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
