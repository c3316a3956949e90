package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.settings.InvalidSettingsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/// The signed assertion and the keys to check it with, as backends see them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AssertionIT {

    private static final String HEADER = "X-Gatehouse-Assertion";
    private static final String KEYS = "/.well-known/gatehouse/jwks.json";

    private TestUpstream upstream;
    private TestUpstream shadow;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = TestUpstream.start();
        shadow = TestUpstream.start();
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        gateway = TestGateway.start(
                """
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256], typ: [at+jwt] }
                        routes:
                          - { id: api, match: { path: /api/** }, upstream: %2$s, access: signed-in }
                          - { id: plain, match: { path: /plain/** }, upstream: %2$s, access: signed-in, assertion: false }
                          - { id: maybe, match: { path: /maybe/** }, upstream: %2$s, access: optional }
                          - { id: open, match: { path: /open/** }, upstream: %2$s, access: public }
                          - { id: rest, match: { path: /** }, upstream: %2$s, access: public }
                          - { id: copied, match: { path: /copied }, upstream: %2$s, access: signed-in, mirror: { url: "%3$s" } }
                          - { id: unproven, match: { path: /unproven }, upstream: %2$s, access: signed-in, assertion: false, mirror: { url: "%3$s" } }
                        """
                        .formatted(keys, upstream.url(), shadow.url()),
                Map.of("GATEHOUSE_ASSERTION_ISSUER", "https://gateway.example.com"));
    }

    @AfterAll
    void stop() {
        gateway.close();
        upstream.close();
        shadow.close();
    }

    @BeforeEach
    void forgetRequests() {
        while (!upstream.isUntouched()) {
            upstream.next();
        }
        while (!shadow.isUntouched()) {
            shadow.next();
        }
    }

    private static String alice() {
        return "Bearer " + TestTokens.validAt(Instant.now()).signed();
    }

    @Test
    void provesTheCallerToTheBackend() throws Exception {
        gateway.get("/api/x", "Authorization", alice());

        SignedJWT assertion = SignedJWT.parse(upstream.next().all(HEADER).getFirst());
        JWK key = JWKSet.parse(gateway.get(KEYS).body()).getKeyByKeyId(assertion.getHeader().getKeyID());
        assertThat(assertion.verify(new ECDSAVerifier(key.toECKey()))).isTrue();
        assertThat(assertion.getJWTClaimsSet().toJSONObject()).containsEntry("iss", "https://gateway.example.com")
                .containsEntry("aud", "api").containsEntry("sub", "alice").containsEntry("sid", "session-1");
    }

    /// A mirror that could show what its route's backend takes would be as good as the gateway for half a minute.
    @Test
    void provesTheCallerToAMirrorWithNothingThatTheBackendTakes() throws Exception {
        String credentials = alice();
        gateway.get("/copied", "Authorization", credentials);
        SignedJWT given = SignedJWT.parse(upstream.next().all(HEADER).getFirst());
        SignedJWT copy = SignedJWT.parse(copy().all(HEADER).getFirst());

        assertThat(given.getJWTClaimsSet().getAudience()).containsExactly("copied");
        assertThat(copy.getJWTClaimsSet().getAudience()).containsExactly("copied/mirror");
        assertThat(copy.getJWTClaimsSet().getSubject()).isEqualTo("alice");
        JWK key = JWKSet.parse(gateway.get(KEYS).body()).getKeyByKeyId(copy.getHeader().getKeyID());
        assertThat(copy.verify(new ECDSAVerifier(key.toECKey()))).isTrue();
    }

    @Test
    void provesNothingToAMirrorOfARouteWithoutAssertions() throws Exception {
        gateway.get("/unproven", "Authorization", alice());

        assertThat(upstream.next().all(HEADER)).isEmpty();
        assertThat(copy().all(HEADER)).isEmpty();
    }

    /// Nobody waits for a copy but this.
    private TestUpstream.Received copy() {
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5)).until(() -> !shadow.isUntouched());
        return shadow.next();
    }

    @Test
    void sameTokenBringsTheSameAssertion() throws Exception {
        String credentials = alice();
        gateway.get("/api/x", "Authorization", credentials);
        gateway.get("/api/y", "Authorization", credentials);

        assertThat(upstream.next().all(HEADER)).hasSize(1).isEqualTo(upstream.next().all(HEADER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/x", "/plain/x", "/maybe/x", "/open/x"})
    void forgedAssertionNeverPasses(String path) throws Exception {
        String credentials = path.startsWith("/maybe") ? "" : "Authorization: " + alice() + "\r\n";
        RawClient.exchange(gateway.port(), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + credentials
                + "X-Gatehouse-Assertion: forged\r\nx_gatehouse_assertion: forged\r\nX.Gatehouse.Assertion: forged\r\n"
                + "Connection: close, X-Gatehouse-Assertion\r\n\r\n");

        assertThat(upstream.next().all(HEADER)).hasSize(path.startsWith("/api") ? 1 : 0).doesNotContain("forged");
    }

    @Test
    void publishesItsKeys() throws Exception {
        HttpResponse<String> answer = gateway.get(KEYS);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/jwk-set+json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("public, max-age=300");
        assertThat(JWKSet.parse(answer.body()).getKeys()).singleElement()
                .satisfies(key -> assertThat(key.toJSONObject()).containsOnlyKeys("kty", "crv", "x", "y", "use", "alg", "kid"));
    }

    @Test
    void answersHeadAndWhoHasTheKeysAlready() throws Exception {
        HttpResponse<String> head = gateway.send(gateway.request(KEYS).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();

        String etag = head.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = gateway.get(KEYS, "If-None-Match", "W/\"other\", " + etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).contains(etag);
    }

    @Test
    void startsNotWithKeysThatCannotBeUsed(@TempDir Path folder) throws Exception {
        Path open = Files.writeString(folder.resolve("keys.json"), "{}");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> TestGateway.start("version: 1", Map.of("GATEHOUSE_ASSERTION_KEYS", open.toString())))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("GATEHOUSE_ASSERTION_KEYS: " + open
                        + " cannot be used: open to others than its owner (expected: mode 0400 or 0600)");
        assertThatThrownBy(() -> TestGateway.start("version: 1", Map.of("GATEHOUSE_KEK", "c2hvcnQ=")))
                .isInstanceOf(InvalidSettingsException.class).hasMessageStartingWith("GATEHOUSE_KEK: not a key")
                .hasMessageNotContaining("c2hvcnQ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void keysAreForReadingOnly(String method) throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request(KEYS).method(method, BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(upstream.isUntouched()).isTrue();
    }
}
