package dev.gatehouse.gateway.pipeline;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.mirroring.BodyCopy;
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

    /// The copy of the request with this query, which only one test sends.
    private static TestUpstream.Received copied(String query) {
        AtomicReference<TestUpstream.Received> found = new AtomicReference<>();
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5)).until(() -> {
            while (found.get() == null && !SHADOW.isUntouched()) {
                TestUpstream.Received next = SHADOW.next();
                found.set(next.target().equals("/base/shadowed?" + query) ? next : null);
            }
            return found.get() != null;
        });
        return found.get();
    }

    @Test
    void sendsACopyWithoutCredentials() throws Exception {
        assertThat(gateway.get("/shadowed?secret", "Authorization", "Bearer secret", "X-Other", "passes").statusCode())
                .isEqualTo(200);

        TestUpstream.Received copy = copied("secret");
        assertThat(copy.method()).isEqualTo("GET");
        assertThat(copy.all("Authorization")).isEmpty();
        assertThat(copy.all("X-Other")).containsExactly("passes");
    }

    @ParameterizedTest
    @CsvSource({"POST, true", "POST, false", "PUT, true", "PUT, false"})
    void copiesABody(String method, boolean told) throws Exception {
        byte[] body = new byte[BodyCopy.LONGEST];
        String query = method + told;
        assertThat(gateway.send(gateway.request("/shadowed?" + query).method(method, told
                ? BodyPublishers.ofByteArray(body)
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))).statusCode()).isEqualTo(200);

        TestUpstream.Received copy = copied(query);
        assertThat(copy.method()).isEqualTo(method);
        assertThat(copy.bodyLength()).isEqualTo(BodyCopy.LONGEST);
        assertThat(copy.all("Content-Length")).containsExactly(Integer.toString(BodyCopy.LONGEST));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesOutALongBodyAndCountsThat(boolean told) throws Exception {
        Mirrors mirrors = gateway.bean(Mirrors.class);
        long before = mirrors.tooLong();
        byte[] body = new byte[BodyCopy.LONGEST + 1];
        assertThat(gateway.send(gateway.request("/shadowed?long" + told).POST(told
                ? BodyPublishers.ofByteArray(body)
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))).statusCode()).isEqualTo(200);
        gateway.get("/shadowed?after" + told);

        assertThat(mirrors.tooLong()).isEqualTo(before + 1);
        assertThat(copied("after" + told).method()).isEqualTo("GET");
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
