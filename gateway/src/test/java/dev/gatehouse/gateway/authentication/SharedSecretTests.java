package dev.gatehouse.gateway.authentication;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.scheduler.VirtualTimeScheduler;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Proven;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Refused;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;
import dev.gatehouse.gateway.authentication.keys.IssuerKeys;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// HS256 under a shared secret: the issuer `older`, beside the issuer `main`, which signs with ES256.
class SharedSecretTests {

    private static final String SECRET = "the secret of the system that is replaced";
    private static final String ISSUER = "https://older.example";
    private static final JWSHeader HEADER = new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();

    private final MovableClock clock = new MovableClock(NOW);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Issuers issuers = Issuers.with(
            new IssuerKeys.Settings(client, Optional.empty(), clock, VirtualTimeScheduler.create(), Runnable::run, () -> 0));
    private final Revocations revocations = new Revocations(clock);
    private final BearerTokenAuthenticator authenticator = new BearerTokenAuthenticator(issuers, revocations, clock);

    @TempDir
    private Path folder;

    private List<IssuerSpec> specs = List.of();

    @BeforeEach
    void trustBoth() throws IOException {
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        specs = List.of(
                new IssuerSpec("main", TestTokens.ISSUER,
                        new IssuerSpec.Signature(folder.resolve("keys.json").toUri(), Set.of("ES256"), Set.of("at+jwt"),
                                IssuerSpec.MAX_STALE),
                        Set.of("api"), Set.of(), Optional.empty(), Duration.ofSeconds(30)),
                new IssuerSpec("older", ISSUER, new IssuerSpec.SharedSecret(new ClientSecret(SECRET), Set.of("JWT")), Set.of(),
                        Set.of(),
                        Optional.empty(), Duration.ofSeconds(30)));
        issuers.update(specs);
    }

    @AfterEach
    void close() {
        issuers.close();
        client.close();
    }

    @Test
    void believesTheIssuerOnRoutesThatNameIt() {
        assertThat(authenticate(signed(SECRET, HEADER, claims().build()), Set.of("main", "older")))
                .isInstanceOfSatisfying(Proven.class, proven -> assertThat(proven.caller().subject()).isEqualTo("alice"));
    }

    @Test
    void believesItOnNoOtherRoute() {
        assertThat(authenticate(signed(SECRET, HEADER, claims().build()), Set.of("main")))
                .isEqualTo(new Refused(Reason.INVALID, "iss: not accepted here"));
    }

    static Stream<Arguments> attacks() {
        String jwk = TestKeys.EC.toPublicJWK().toJSONString();
        return Stream.of(
                arguments("another secret", signed("another secret that is long enough", HEADER, claims().build())),
                arguments("the public key of the other issuer as the secret", signed(jwk, HEADER, claims().build())),
                arguments("the other issuer's public key as the secret, in its name",
                        signed(jwk, HEADER, claims().issuer(TestTokens.ISSUER).audience("api").build())),
                arguments("the secret, in the other issuer's name",
                        signed(SECRET, HEADER, claims().issuer(TestTokens.ISSUER).audience("api").build())),
                arguments("the other issuer's signature in this one's name", valid().claim("iss", ISSUER).signed()),
                arguments("another MAC",
                        signed(SECRET + SECRET, new JWSHeader.Builder(JWSAlgorithm.HS512).type(JOSEObjectType.JWT).build(),
                                claims().build())),
                arguments("no algorithm",
                        base64("{\"alg\":\"none\",\"typ\":\"JWT\"}") + '.' + base64(claims().build().toString()) + ".AA"),
                arguments("another type",
                        signed(SECRET, new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("at+jwt")).build(),
                                claims().build())),
                arguments("an audience", signed(SECRET, HEADER, claims().audience("api").build())),
                arguments("no end", signed(SECRET, HEADER, claims().expirationTime(null).build())),
                arguments("a signature cut short", shortened(signed(SECRET, HEADER, claims().build()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void refuses(String attack, String token) {
        assertThat(authenticate(token, Set.of("main", "older"))).as(attack).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.INVALID));
    }

    @Test
    void refusesWhatHasExpired() {
        assertThat(authenticate(signed(SECRET, HEADER, claims().expirationTime(Date.from(NOW.minusSeconds(31))).build()),
                Set.of("older")))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.EXPIRED));
    }

    /// Assertions are remembered by that object.
    @Test
    void givesTheSameCallerForTheSameToken() {
        String token = signed(SECRET, HEADER, claims().build());

        assertThat(((Proven) authenticate(token, Set.of("older"))).caller())
                .isSameAs(((Proven) authenticate(token, Set.of("older"))).caller());
    }

    @Test
    void givesAnotherCallerOnceTheTokenMeansSomethingElse() {
        KnownCallers known = new KnownCallers();
        TokenDigest token = TokenDigest.of("token");
        Caller.Authenticated before = caller("alice");
        Caller.Authenticated now = caller("bob");

        assertThat(known.same(token, before, 100)).isSameAs(before);
        assertThat(known.same(token, caller("alice"), 100)).isSameAs(before);
        assertThat(known.same(token, now, 100)).isSameAs(now);
    }

    @Test
    void remembersCallersWithinBounds() {
        KnownCallers known = new KnownCallers();
        for (int i = 0; i < 100_000; i++) {
            known.same(TokenDigest.of("token " + i), caller("alice"), 600);
        }
        assertThat(known.size()).isPositive().isLessThan(10_000);
    }

    private static Caller.Authenticated caller(String subject) {
        return new Caller.Authenticated("older", subject, List.of(), List.of(), NOW, Map.of());
    }

    private AuthenticationResult authenticate(String token, Set<String> ids) {
        return authenticator.authenticate(List.of("Bearer " + token), List.of(), AcceptedIssuers.among(specs, ids), "192.0.2.1")
                .block(Duration.ofSeconds(5));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(ISSUER).subject("alice").issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(300))).claim("user_id", "alice").claim("is_admin", false);
    }

    private static String signed(String secret, JWSHeader header, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
            return token.serialize();
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// One byte less.
    private static String shortened(String token) {
        int dot = token.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        return token.substring(0, dot + 1)
                + Base64.getUrlEncoder().withoutPadding()
                        .encodeToString(java.util.Arrays.copyOf(signature, signature.length - 1));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
