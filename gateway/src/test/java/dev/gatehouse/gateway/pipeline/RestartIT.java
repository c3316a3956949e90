package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.authentication.keys.IssuerKeys;
import dev.gatehouse.gateway.authentication.keys.KeyArchive;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway that is started again while the key server is dead.
class RestartIT {

    private static final String ISSUER = "https://fetched";
    private static final Duration OUTAGE = Duration.ofMinutes(10);
    private static final String AGE = "gatehouse_issuers_keys_age_seconds ";

    private Path state;

    @BeforeEach
    void nameTheFolder(@TempDir Path folder) {
        state = folder.resolve("state"); // the gateway makes it
    }

    @Test
    void lastGoodKeysSurviveARestartAndTheGaugeTellsTheirAge() throws Exception {
        Map<String, String> settings = Map.of("GATEHOUSE_STATE", state.toString());
        RecordingUpstream keyServer = RecordingUpstream.start();
        URI jwks = URI.create(keyServer.url() + "/keys");
        try (RecordingUpstream upstream = RecordingUpstream.start()) {
            keyServer.answerWith(ok(TestKeys.jwks(TestKeys.EC)));
            try (TestGateway before = TestGateway.start(routes(upstream, jwks), settings)) {
                assertThat(get(before, token().signed())).startsWith("HTTP/1.1 200 ");
                assertThat(age(before)).isLessThan((double) OUTAGE.toSeconds());
                assertThat(Deadline.in(Duration.ofSeconds(20)).await(() -> kept(jwks).isPresent())).isTrue();
            }
            keyServer.close();
            outageBegan(jwks);
            try (TestGateway after = TestGateway.start(routes(upstream, jwks), settings)) {
                assertThat(get(after, token().signed())).startsWith("HTTP/1.1 200 ");
                assertThat(get(after, token().signed(TestKeys.FOREIGN_EC))).startsWith("HTTP/1.1 401 ");
                assertThat(Deadline.in(Duration.ofSeconds(20))
                        .await(() -> after.management("/operator/issuers").contains("\"lastError\":\"no connection\"")))
                        .isTrue();
                assertThat(after.management("/operator/issuers")).contains("\"usable\":true", "\"kids\":[\"ec-1\"]");
                assertThat(age(after)).isBetween((double) OUTAGE.toSeconds(), (double) OUTAGE.multipliedBy(2).toSeconds());
            }
            assertThat(upstream.drain()).hasSize(2);
        }
    }

    private Optional<IssuerKeys.Snapshot> kept(URI jwks) {
        return new KeyArchive(state).load(ISSUER, jwks);
    }

    /// Nobody waits ten minutes: what is on disk becomes that much older.
    private void outageBegan(URI jwks) {
        IssuerKeys.Snapshot kept = kept(jwks).orElseThrow();
        new KeyArchive(state).save(ISSUER, jwks, new IssuerKeys.Snapshot(kept.json(), kept.said().minus(OUTAGE)));
    }

    private static String routes(RecordingUpstream upstream, URI jwks) {
        return """
                version: 1
                issuers:
                  fetched: { issuer: "%s", jwks: "%s", audiences: [api] }
                routes:
                  - { id: api, match: { path: /api/** }, upstream: "%s", access: signed-in }
                """.formatted(ISSUER, jwks, upstream.url());
    }

    private static String ok(String json) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
    }

    private static TestTokens token() {
        return TestTokens.validAt(Instant.now()).claim("iss", ISSUER);
    }

    private static String get(TestGateway gateway, String token) throws IOException {
        return RawClient.exchange(gateway.port(),
                "GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }

    private static double age(TestGateway gateway) {
        return gateway.management("/actuator/prometheus").lines().filter(line -> line.startsWith(AGE))
                .mapToDouble(line -> Double.parseDouble(line.substring(AGE.length()))).findFirst().orElseThrow();
    }
}
