package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static dev.gatehouse.gateway.authentication.TestTokens.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Key servers that fail in every way, and clients that would make the gateway flood them, against the gateway as it ships. What takes minutes is in
/// `KeyServerTests`, with a clock that is moved.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyServerAttackIT {

    private static final int FLOOD = 10_000;
    private static final int BETWEEN = 100;

    private final RecordingUpstream upstream = RecordingUpstream.start();
    private final RecordingUpstream keyServer = RecordingUpstream.start();
    private final RecordingUpstream never = RecordingUpstream.start();
    private JarGateway gateway;

    @BeforeAll
    void start() {
        keyServer.answerWith(ok(TestKeys.jwks(TestKeys.EC)));
        never.answerWith("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        gateway = JarGateway.shared("""
                version: 1
                issuers:
                  fetched: { issuer: "https://fetched", audiences: [api], jwks: "%2$s/keys" }
                  never: { issuer: "https://never", audiences: [api], jwks: "%3$s/keys" }
                routes:
                  - { id: api, match: { path: /api/** }, upstream: "%1$s", access: signed-in, issuers: [fetched, never] }
                """.formatted(upstream.url(), keyServer.url(), never.url()));
        assertThat(gateway.send("GET /api/x", valid())).startsWith("HTTP/1.1 200 ");
    }

    @AfterAll
    void stop() {
        upstream.close();
        keyServer.close();
        never.close();
    }

    @BeforeEach
    void forget() {
        upstream.drain();
    }

    private static String ok(String json) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
    }

    private static TestTokens token() {
        return TestTokens.validAt(Instant.now()).claim("iss", "https://fetched").claim("jti", UUID.randomUUID().toString());
    }

    private static String valid() {
        return "Authorization: Bearer " + token().signed();
    }

    /// Signed by nobody: there is no key to check it by.
    private static String unknownKey() {
        TestTokens token = token().header("kid", UUID.randomUUID().toString());
        return "Authorization: Bearer " + encode(token.headerJson()) + "." + encode(token.claimsJson()) + "."
                + encode(new byte[64]);
    }

    @Test
    void tenThousandRandomKeyIdsCauseAtMostOneFetchInHalfAMinute() throws Exception {
        keyServer.answerWith(ok(TestKeys.jwks(TestKeys.EC)));
        keyServer.drain();
        long begun = System.nanoTime();
        try (AnswerReader connection = new AnswerReader(gateway.port())) {
            for (int i = 0; i < FLOOD; i++) {
                assertThat(connection.status("GET /api/" + i, unknownKey())).isEqualTo(401);
                if (i % BETWEEN == 0) {
                    assertThat(connection.status("GET /api/x", valid())).as("a valid token after " + i).isEqualTo(200);
                }
            }
        }
        long halfMinutes = 1 + Duration.ofNanos(System.nanoTime() - begun).toSeconds() / 30;

        assertThat(keyServer.drain()).hasSizeLessThanOrEqualTo((int) halfMinutes);
    }

    static Stream<Arguments> outages() {
        String foreign = TestKeys.jwks(TestKeys.FOREIGN_EC);
        return Stream.of(arguments("503", "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"),
                arguments("another's keys with 500",
                        "HTTP/1.1 500 Oops\r\nContent-Length: " + foreign.length() + "\r\n\r\n" + foreign),
                arguments("a page", ok("<html><title>Sign in</title></html>")), arguments("nothing", ok("")),
                arguments("no keys", ok("{\"keys\":[]}")), arguments("half of the keys", ok(foreign.substring(0, 40))),
                arguments("a symmetric key", ok("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"ec-1\",\"k\":\"AAAA\"}]}")),
                arguments("one id twice", ok(TestKeys.jwks(TestKeys.EC, TestKeys.FOREIGN_EC))),
                arguments("a redirect", "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
                arguments("a body of 100 MB", "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n" + "x".repeat(1 << 20)),
                arguments("something else than HTTP", "SSH-2.0-OpenSSH_9.9\r\n\r\n"),
                arguments("an answer without an end", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"),
                arguments("silence", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outages")
    void noValidTokenFailsWhileTheKeyServerDoes(String why, String answer) throws Exception {
        keyServer.answerWith(ok(TestKeys.jwks(TestKeys.EC)));
        refreshedTo("\"id\":\"fetched\"", false);
        keyServer.answerWith(answer);
        refreshedTo("lastError", true);

        for (int i = 0; i < 3; i++) {
            assertThat(gateway.send("GET /api/x", valid())).as(why).startsWith("HTTP/1.1 200 ");
            assertThat(gateway.send("GET /api/x", unknownKey())).as(why).startsWith("HTTP/1.1 401 ");
        }
        String forged = token().signed(TestKeys.FOREIGN_EC);
        assertThat(gateway.send("GET /api/x", "Authorization: Bearer " + forged)).as(why).startsWith("HTTP/1.1 401 ");
    }

    /// Asks until the listing of the issuer has the text, and an error or none; again and again, since what is under way answers for who asks meanwhile.
    private void refreshedTo(String text, boolean failed) {
        assertThat(Deadline.in(Duration.ofSeconds(20)).await(() -> {
            gateway.refreshIssuer("fetched");
            String issuer = listing();
            return issuer.contains(text) && issuer.contains("lastError") == failed;
        }, Duration.ofMillis(50))).as(listing()).isTrue();
    }

    private String listing() {
        String all = gateway.management("/operator/issuers");
        int from = all.indexOf("\"id\":\"fetched\"");
        return all.substring(from, all.indexOf('}', from));
    }

    @Test
    void issuerThatNeverAnsweredIsUnavailableAndNobodyElseIs() {
        String token = token().claim("iss", "https://never").signed();

        assertThat(gateway.send("GET /api/x", "Authorization: Bearer " + token)).startsWith("HTTP/1.1 503 ")
                .contains("auth.unavailable");
        assertThat(gateway.send("GET /api/x", valid())).startsWith("HTTP/1.1 200 ");
    }

    /// Of the gateway as it ships, whose console could leave the fields of an event out.
    @Test
    void logSaysWhoseKeysAreNotRefreshedAndWhy() {
        assertThat(Deadline.in(Duration.ofSeconds(30)).await(() -> gateway.output().lines()
                .anyMatch(line -> line.contains("WARN") && line.contains("Issuer keys not refreshed")
                        && line.contains("issuer=never reason=status 500"))))
                .as(gateway.output()).isTrue();
    }

    @Test
    void withdrawnKeyStopsWorkingWithTheNextAnswer() {
        keyServer.answerWith(ok(TestKeys.jwks(TestKeys.EC)));
        refreshedTo("ec-1", false);
        String token = valid();
        assertThat(gateway.send("GET /api/x", token)).startsWith("HTTP/1.1 200 ");
        keyServer.answerWith(ok(TestKeys.jwks(TestKeys.ec("ec-2"))));
        refreshedTo("ec-2", false);

        assertThat(gateway.send("GET /api/x", token)).startsWith("HTTP/1.1 401 ");
        keyServer.answerWith(ok(TestKeys.jwks(TestKeys.EC)));
        refreshedTo("ec-1", false);
    }
}
