package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.mirroring.Mirrors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Copies of requests for a second backend.
class MirrorIT {

    private static final TestUpstream GOOD = TestUpstream.start();
    private static final TestUpstream SHADOW = TestUpstream.start();
    private static final RawUpstream SILENT = RawUpstream.silentAfter("");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder routes = new StringBuilder("version: 1\nroutes:\n");
        route(routes, "shadowed", SHADOW.url() + "/base", 100);
        route(routes, "silent", SILENT.url(), 100);
        gateway = TestGateway.start(routes.toString(), Map.of());
    }

    private static void route(StringBuilder routes, String id, String url, int percent) {
        routes.append("  - { id: %s, match: { path: /%s }, upstream: '%s', access: public, mirror: { url: '%s', percent: %d } }%n"
                .formatted(id, id, GOOD.url(), url, percent));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        GOOD.close();
        SHADOW.close();
        SILENT.close();
    }

    private static TestUpstream.Received copied() {
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> !SHADOW.isUntouched());
        return SHADOW.next();
    }

    @Test
    void sendsACopyWithoutCredentials() throws Exception {
        assertThat(gateway.get("/shadowed?q=1", "Authorization", "Bearer secret", "X-Other", "passes").statusCode())
                .isEqualTo(200);

        TestUpstream.Received copy = copied();
        assertThat(copy.method() + ' ' + copy.target()).isEqualTo("GET /base/shadowed?q=1");
        assertThat(copy.all("Authorization")).isEmpty();
        assertThat(copy.all("X-Other")).containsExactly("passes");
    }

    @Test
    void copiesNoRequestWithABody() throws Exception {
        gateway.send(gateway.request("/shadowed").POST(BodyPublishers.ofString("x")));
        gateway.get("/shadowed");

        assertThat(copied().method()).isEqualTo("GET");
    }

    @Test
    @Tag("slow")
    void neverWaitsForTheMirror() throws Exception {
        Mirrors mirrors = gateway.bean(Mirrors.class);
        for (int i = 0; i < 20 * Mirrors.MOST && mirrors.leftOut() == 0; i++) {
            assertThat(gateway.get("/silent").statusCode()).isEqualTo(200);
        }
        assertThat(mirrors.leftOut()).isPositive();
    }
}
