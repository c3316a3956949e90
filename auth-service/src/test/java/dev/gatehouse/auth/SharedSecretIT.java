package dev.gatehouse.auth;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

final class SharedSecretIT {

    private static final String SECRET = "the secret of the system that is replaced";
    private static final AuthServer SERVER = server();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/api/auth/login"})
    void oldPathsGiveTokensUnderTheSecret(String path) throws Exception {
        SignedIn someone = SERVER.someone();

        Answer answer = SERVER.post(path, AuthServer.login(someone.name(), AuthServer.PASSWORD));

        SignedJWT token = SignedJWT.parse(answer.text("token"));
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.HS256);
        assertThat(token.verify(new MACVerifier(SECRET))).isTrue();
        assertThat(token.getJWTClaimsSet().getClaims()).containsEntry("username", someone.name()).containsEntry("is_admin", false)
                .containsEntry("user_id", answer.json().path("user").path("id").asString()).containsKey("email")
                .containsEntry("iss", AuthServer.ISSUER + "/hs256").doesNotContainKey("aud");
        assertThat(SignedJWT.parse(answer.text("access_token")).getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
    }

    @Test
    void refreshingAtTheOldPathGivesThemToo() throws Exception {
        Answer answer = SERVER.post("/refresh", AuthServer.refresh(SERVER.someone().refreshToken()));

        assertThat(SignedJWT.parse(answer.text("token")).getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.HS256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/auth/", "/%61uth/", "/auth;x/"})
    void newPathsNeitherGiveNorTakeThem(String spelt) {
        SignedIn someone = SERVER.someone();
        Answer answer = SERVER.post(spelt + "login", AuthServer.login(someone.name(), AuthServer.PASSWORD));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("token")).isEqualTo(answer.text("access_token"));
        assertThat(get(spelt + "me", older(someone)).problem()).isEqualTo("401 auth.invalid");
        assertThat(get(spelt + "verify-token", older(someone)).problem()).isEqualTo("401 auth.invalid");
        assertThat(get(spelt + "me", someone.accessToken()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/me", "/profile", "/api/auth/profile", "/api/auth/verify-token"})
    void oldPathsTakeThem(String path) {
        SignedIn someone = SERVER.someone();

        assertThat(get(path, older(someone)).text("username")).isEqualTo(someone.name());
        assertThat(get(path, someone.accessToken()).text("username")).isEqualTo(someone.name());
    }

    @Test
    void takesNoneOfAnEndedSession() {
        SignedIn someone = SERVER.someone();
        String token = older(someone);

        assertThat(SERVER.postEmpty("/auth/logout-all", someone.bearer()).status()).isEqualTo(204);
        assertThat(get("/me", token).problem()).isEqualTo("401 auth.revoked");
    }

    static Stream<byte[]> publicKeysAsSecrets() throws Exception {
        ECKey key = JWKSet.parse(SERVER.get("/.well-known/jwks.json").response().body()).getKeys().getFirst().toECKey();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(key.toECPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        return Stream.of(key.toECPublicKey().getEncoded(), key.toJSONString().getBytes(StandardCharsets.UTF_8),
                pem.getBytes(StandardCharsets.UTF_8), pem.strip().getBytes(StandardCharsets.UTF_8), new byte[32]);
    }

    @ParameterizedTest
    @MethodSource("publicKeysAsSecrets")
    void takesNoPublicKeyForTheSecret(byte[] secret) throws Exception {
        SignedJWT good = SignedJWT.parse(older(SERVER.someone()));
        String kid = JWKSet.parse(SERVER.get("/.well-known/jwks.json").response().body()).getKeys().getFirst().getKeyID();

        String without = signed(secret, new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build(), good);
        String with = signed(secret,
                new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("at+jwt")).keyID(kid).build(),
                good);

        for (String path : new String[]{"/me", "/auth/me"}) {
            assertThat(get(path, without).problem()).isEqualTo("401 auth.invalid");
            assertThat(get(path, with).problem()).isEqualTo("401 auth.invalid");
        }
    }

    @Test
    void takesOnlyItsOwnIssuerInTime() throws Exception {
        SignedJWT good = SignedJWT.parse(older(SERVER.someone()));
        byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
        JWTClaimsSet claims = good.getJWTClaimsSet();

        assertThat(get("/me", signed(secret, good.getHeader(), with(claims).issuer(AuthServer.ISSUER).build())).problem())
                .isEqualTo("401 auth.invalid");
        assertThat(get("/me", signed(secret, good.getHeader(), with(claims).expirationTime(null).build())).problem())
                .isEqualTo("401 auth.invalid");
        assertThat(get("/me", signed(secret, good.getHeader(),
                with(claims).expirationTime(Date.from(Instant.now().minusSeconds(60))).build())).problem())
                .isEqualTo("401 auth.expired");
    }

    /// What tells an operator whether the secret may go.
    @Test
    void countsWhoStillNeedsThem() {
        double issued = count("issued", "/login");
        double accepted = count("accepted", "/me");
        double renewed = count("issued", "/refresh");
        SignedIn someone = SERVER.someone();

        get("/me", older(someone));
        get("/me", someone.accessToken());
        SERVER.post("/refresh", AuthServer.refresh(someone.refreshToken()));

        assertThat(count("issued", "/login")).isEqualTo(issued + 1);
        assertThat(count("accepted", "/me")).as("other tokens do not count").isEqualTo(accepted + 1);
        assertThat(count("issued", "/refresh")).isEqualTo(renewed + 1);
    }

    @Test
    void logsWhichProgramStillNeedsThem() {
        SignedIn someone = SERVER.someone();
        try (AccessLog log = new AccessLog()) {
            SERVER.get("/me", "Authorization", "Bearer " + older(someone), "X-Request-Id", "req-of-older-1", "User-Agent",
                    "Old Shop/1.0 status=200");
            SERVER.get("/me", "Authorization", "Bearer " + someone.accessToken(), "X-Request-Id", "req-of-newer-1");

            assertThat(log.line(line -> line.contains("req-of-older-1")))
                    .contains(" hs256=accepted", " agent=Old_Shop/1.0_status_200");
            assertThat(log.line(line -> line.contains("req-of-newer-1"))).doesNotContain("hs256", "agent");
        }
    }

    private static double count(String use, String path) {
        return SERVER.bean(MeterRegistry.class).counter("gatehouse.hs256", "use", use, "path", path).count();
    }

    private static JWTClaimsSet.Builder with(JWTClaimsSet claims) {
        return new JWTClaimsSet.Builder(claims);
    }

    private static String signed(byte[] secret, JWSHeader header, SignedJWT like) throws Exception {
        return signed(secret, header, like.getJWTClaimsSet());
    }

    private static String signed(byte[] secret, JWSHeader header, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String older(SignedIn someone) {
        return SERVER.post("/login", AuthServer.login(someone.name(), AuthServer.PASSWORD)).text("token");
    }

    private static Answer get(String path, String token) {
        return SERVER.get(path, "Authorization", "Bearer " + token);
    }

    private static AuthServer server() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("JWT_SECRET", SECRET);
        return AuthServer.start(environment);
    }
}
