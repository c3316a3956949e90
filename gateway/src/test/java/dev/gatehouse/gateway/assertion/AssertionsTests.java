package dev.gatehouse.gateway.assertion;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.FastestProvider;
import dev.gatehouse.gateway.authentication.MovableClock;
import dev.gatehouse.gateway.pipeline.LogLines;
import dev.gatehouse.gateway.settings.AssertionSettings;

import static org.assertj.core.api.Assertions.assertThat;

/// What the gateway signs, when it signs anew, and when it does not sign.
class AssertionsTests {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.400Z");
    private static final long SECOND = NOW.getEpochSecond();

    private final MovableClock clock = new MovableClock(NOW);
    private final Assertions assertions = Assertions.open(new AssertionSettings("gatehouse", Optional.empty(), Optional.empty()),
            Optional.empty(), FastestProvider.find(), clock);
    private final Audience orders = new Audience("orders");

    @AfterEach
    void close() {
        assertions.close();
    }

    private static Caller.Authenticated caller(Map<String, Object> claims, Duration left) {
        return new Caller.Authenticated("test", "7f3c", List.of("user", "admin"), List.of("orders:read", "orders:write"),
                NOW.plus(left), claims);
    }

    private static Caller.Authenticated alice() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("preferred_username", "alice");
        claims.put("email", "alice@example.com");
        claims.put("sid", "s-1");
        claims.put("client_id", "web");
        claims.put("secret_of_the_issuer", "stays");
        return caller(claims, Duration.ofMinutes(5));
    }

    private SignedJWT read(String assertion) throws Exception {
        return SignedJWT.parse(assertion);
    }

    private JWTClaimsSet claims(String assertion) throws Exception {
        return read(assertion).getJWTClaimsSet();
    }

    @Test
    void saysWhatTheContractSays() throws Exception {
        JWTClaimsSet said = claims(assertions.of(alice(), orders));

        assertThat(said.toJSONObject()).containsOnly(Map.entry("iss", "gatehouse"), Map.entry("aud", "orders"),
                Map.entry("sub", "7f3c"),
                Map.entry("iat", SECOND), Map.entry("exp", SECOND + 60), Map.entry("preferred_username", "alice"),
                Map.entry("email", "alice@example.com"), Map.entry("sid", "s-1"), Map.entry("client_id", "web"),
                Map.entry("roles", List.of("user", "admin")), Map.entry("scope", "orders:read orders:write"));
    }

    @Test
    void leavesOutWhatTheTokenDoesNotHave() throws Exception {
        Caller.Authenticated bare = new Caller.Authenticated("test", "7f3c", List.of(), List.of(), NOW.plusSeconds(300),
                Map.of("email", "", "sid", 7, "preferred_username", List.of("x")));

        assertThat(claims(assertions.of(bare, orders)).toJSONObject()).containsOnlyKeys("iss", "aud", "sub", "iat", "exp");
    }

    /// Two issuers may each have an `alice`.
    @Test
    void tellsWhoseSubjectItIs() throws Exception {
        JWTClaimsSet ours = claims(assertions.of(caller(Map.of("iss", "https://ours.example"), Duration.ofMinutes(5)), orders));
        JWTClaimsSet theirs = claims(
                assertions.of(caller(Map.of("iss", "https://theirs.example"), Duration.ofMinutes(5)), orders));

        assertThat(ours.getSubject()).isEqualTo(theirs.getSubject());
        assertThat(ours.getJSONObjectClaim("sub_id"))
                .isEqualTo(Map.of("format", "iss_sub", "iss", "https://ours.example", "sub", "7f3c"));
        assertThat(theirs.getJSONObjectClaim("sub_id"))
                .isEqualTo(Map.of("format", "iss_sub", "iss", "https://theirs.example", "sub", "7f3c"));
    }

    @Test
    void isVerifiedByThePublishedKeys() throws Exception {
        SignedJWT assertion = read(assertions.of(alice(), orders));
        JWKSet published = JWKSet.parse(new String(assertions.published().jwks(), StandardCharsets.UTF_8));

        assertThat(assertion.getHeader().toJSONObject()).containsOnlyKeys("alg", "typ", "kid")
                .containsEntry("alg", "ES256").containsEntry("typ", "gatehouse-assertion+jwt")
                .containsEntry("kid", published.getKeys().getFirst().computeThumbprint().toString());
        assertThat(assertion.verify(new ECDSAVerifier(published.getKeys().getFirst().toECKey()))).isTrue();
    }

    @Test
    void publishesNoPrivateMember() throws Exception {
        JWKSet published = JWKSet.parse(new String(assertions.published().jwks(), StandardCharsets.UTF_8));

        assertThat(published.getKeys()).hasSize(1);
        assertThat(published.getKeys().getFirst().toJSONObject()).containsOnlyKeys("kty", "crv", "x", "y", "use", "alg", "kid");
    }

    @Test
    void keepsTextWhole() throws Exception {
        String name = "Zoë \"🐈\" \\ \u0007\u2028</script>";
        Caller.Authenticated zoe = caller(Map.of("preferred_username", name, "email", "half\ud800"), Duration.ofMinutes(5));

        JWTClaimsSet said = claims(assertions.of(zoe, orders));

        assertThat(said.getStringClaim("preferred_username")).isEqualTo(name);
        assertThat(said.getStringClaim("email")).isEqualTo("half\ufffd");
    }

    @Test
    void signsOncePerCallerAndRoute() {
        Caller.Authenticated alice = alice();
        String first = assertions.of(alice, orders);
        clock.move(Duration.ofSeconds(34));

        assertThat(assertions.of(alice, orders)).isSameAs(first);
        assertThat(assertions.of(alice, new Audience("billing"))).isNotEqualTo(first);
        assertThat(assertions.of(alice(), orders)).isNotEqualTo(first);
        assertThat(assertions.signatures()).isEqualTo(3);
    }

    @Test
    void leavesEveryBackendTimeToLook() throws Exception {
        Caller.Authenticated alice = caller(Map.of(), Duration.ofHours(1));
        for (int i = 0; i < 500; i++) {
            clock.move(Duration.ofMillis(700));
            Instant expires = claims(assertions.of(alice, orders)).getExpirationTime().toInstant();
            assertThat(Duration.between(clock.instant(), expires)).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(60));
        }
        assertThat(assertions.signatures()).isBetween(9L, 11L);
    }

    @Test
    void endsWithTheTokenWhereThatLeavesTimeEnough() throws Exception {
        assertThat(claims(assertions.of(caller(Map.of(), Duration.ofSeconds(40)), orders)).getExpirationTime())
                .isEqualTo(Instant.ofEpochSecond(SECOND + 40));
        assertThat(claims(assertions.of(caller(Map.of(), Duration.ofSeconds(-20)), orders)).getExpirationTime())
                .isEqualTo(Instant.ofEpochSecond(SECOND + 30));
    }

    @Test
    void concurrentMissesSignOnce() throws Exception {
        Caller.Authenticated alice = alice();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                answers.add(threads.submit(() -> {
                    start.await();
                    return assertions.of(alice, orders);
                }));
            }
            start.countDown();
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo(answers.getFirst().get());
            }
        }
        assertThat(assertions.signatures()).isEqualTo(1);
    }

    @Test
    void sendsUpTo4KiB() {
        String longest = "";
        for (int length = 2700; longest.isEmpty() || length < 3000; length++) {
            String assertion = assertions.of(caller(Map.of("email", "e".repeat(length)), Duration.ofMinutes(5)), orders);
            if (assertion.isEmpty()) {
                break;
            }
            longest = assertion;
        }
        assertThat(longest.length()).isBetween(4093, 4096);
    }

    @Test
    void sendsNothingThatIsTooLong() {
        Caller.Authenticated everybody = caller(Map.of("email", "e".repeat(4000)), Duration.ofMinutes(5));

        assertThat(assertions.of(everybody, orders)).isEmpty();
        assertThat(assertions.of(everybody, orders)).isEmpty();
        assertThat(assertions.omissions()).isEqualTo(1);
        assertThat(assertions.signatures()).isZero();
    }

    @Test
    void saysWhoseAssertionIsTooLongAndWhy() {
        try (LogLines log = LogLines.of(Assertions.class)) {
            assertions.of(caller(Map.of("email", "e".repeat(4000)), Duration.ofMinutes(5)), new Audience("long-tokens"));

            assertThat(log.matching(line -> line.contains("long-tokens"))).singleElement().asString()
                    .startsWith(
                            "WARN An assertion is too long and is not sent; the token has too many or too long roles and scopes")
                    .contains("route=\"long-tokens\"", "max=\"4096\"").doesNotContain("eee");
        }
    }

    @Test
    void complainsOncePerRouteAndMinute() {
        assertThat(orders.mayComplain(0)).isTrue();
        assertThat(orders.mayComplain(59_999)).isFalse();
        assertThat(new Audience("billing").mayComplain(0)).isTrue();
        assertThat(orders.mayComplain(60_000)).isTrue();
    }
}
