package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static dev.gatehouse.gateway.authentication.TestTokens.encode;
import static dev.gatehouse.gateway.authentication.TestTokens.signedAs;
import static dev.gatehouse.gateway.authentication.TestTokens.signedParts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Tokens that somebody made to get in, against the gateway as it ships: each gets the answer of its row and nothing else, never reaches the backend,
/// and never makes the gateway ask anybody anything. Rows that need no HTTP are in `TokenVerifierTests`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenAttackIT {

    private static final String OK = "HTTP/1.1 200 ";
    private static final String UNAUTHORIZED = "HTTP/1.1 401 ";
    private static final RSAKey WEAK = TestKeys.rsa("rsa-weak", 1024);
    private static final String[] GOOD = alice().signed().split("\\.", -1);

    private TestUpstream upstream;
    private TestUpstream elsewhere; // must never hear anything
    private HttpServer keyServer;
    private JarGateway gateway;

    /// The protocol of the suite.
    Spoken spoken() {
        return Spoken.HTTP_1_1;
    }

    private String send(String line, String... fields) {
        return spoken().send(gateway, "localhost", line, fields);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = TestUpstream.start();
        elsewhere = TestUpstream.start();
        String encryption = "{\"kty\":\"RSA\",\"kid\":\"enc-1\",\"use\":\"enc\",\"n\":\"" + TestKeys.RSA.getModulus()
                + "\",\"e\":\"AQAB\"}";
        String symmetric = "{\"kty\":\"oct\",\"kid\":\"oct-1\",\"alg\":\"HS256\",\"k\":\"" + encode("secret".repeat(8)) + "\"}";
        Path keys = Files.writeString(folder.resolve("keys.json"),
                TestKeys.jwks(TestKeys.EC, TestKeys.RSA, WEAK).replaceFirst("\"keys\"\\s*:\\s*\\[",
                        "\"keys\":[" + encryption + "," + symmetric + ","));
        keyServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keyServer.createContext("/", exchange -> {
            byte[] served = TestKeys.jwks(TestKeys.EC).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, served.length);
            exchange.getResponseBody().write(served);
            exchange.close();
        });
        keyServer.start();
        gateway = spoken().shared(
                """
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%1$s", audiences: [api], algorithms: [ES256, RS256], cookie: access }
                          legacy: { issuer: "https://legacy", jwks: "file:%1$s", audiences: [api], typ: [JWT], required-claims: [jti] }
                          opaque: { issuer: "https://opaque", audiences: [api], introspection: { url: "%3$s/ask", client-id: gw, client-secret: s } }
                          served: { issuer: "https://served", audiences: [api], jwks: "http://127.0.0.1:%4$d/" }
                        routes:
                          - { id: served, match: { path: /served/** }, upstream: %2$s, access: signed-in, issuers: [served] }
                          - { id: api, match: { path: /api/** }, upstream: %2$s, access: signed-in, issuers: [test, legacy] }
                          - { id: test, match: { path: /test/** }, upstream: %2$s, access: signed-in, issuers: [test] }
                          - { id: maybe, match: { path: /maybe/** }, upstream: %2$s, access: optional, issuers: [test] }
                          - { id: open, match: { path: /open/** }, upstream: %2$s, access: public }
                          - { id: token, match: { path: /token/** }, upstream: %2$s, access: signed-in, issuers: [test], forward-token: true }
                        """
                        .formatted(keys, upstream.url(), elsewhere.url(), keyServer.getAddress().getPort()));
    }

    @AfterAll
    void stop() {
        keyServer.stop(0);
        upstream.close();
        elsewhere.close();
    }

    @BeforeEach
    void forgetRequests() {
        while (!upstream.isUntouched()) {
            upstream.next();
        }
    }

    private static TestTokens alice() {
        return TestTokens.validAt(Instant.now());
    }

    private static String claims(String member) {
        return alice().claimsJson().replaceFirst("\\{", "{" + member + ",");
    }

    static Stream<Arguments> attacks() throws Exception {
        byte[] publicKey = TestKeys.RSA.toRSAPublicKey().getEncoded();
        String five = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a2V5.aXY.Y2lwaGVy.dGFn";
        return Stream.of(
                // what the token says of its own key or algorithm
                arguments("alg none, without signature", encode("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + GOOD[1] + "."),
                arguments("alg nOnE with a signature", alice().header("alg", "nOnE").signed()),
                arguments("HS256 with the RSA public key (row 19)",
                        alice().header("alg", "HS256").header("kid", "rsa-1").sealed(publicKey)),
                arguments("HS256 with an oct key of the set", alice().header("alg", "HS256").header("kid", "oct-1")
                        .sealed("secret".repeat(8).getBytes(StandardCharsets.UTF_8))),
                arguments("RS256 named, EC key meant", alice().header("alg", "RS256").signed()),
                arguments("an RSA key of 1024 bits",
                        alice().header("alg", "RS256").header("kid", "rsa-weak").signed(WEAK)),
                arguments("a key for encryption", alice().header("alg", "RS256").header("kid", "enc-1").signed(TestKeys.RSA)),
                arguments("another's key under our key's id", alice().signed(TestKeys.FOREIGN_EC)),
                arguments("r = s = 0 (CVE-2022-21449)", GOOD[0] + "." + GOOD[1] + "." + encode(new byte[64])),
                arguments("r = s = the order of the curve", GOOD[0] + "." + GOOD[1] + "." + encode(orderTwice())),
                arguments("a signature in DER", signedParts(GOOD[0], GOOD[1], TestKeys.EC, false)),
                // parts and spellings
                arguments("five parts, as encrypted tokens have", five), arguments("five parts of dots", "...."),
                arguments("five parts of our own", GOOD[0] + "." + GOOD[1] + "." + GOOD[2] + ".x.y"),
                arguments("a PBES2 token with an endless count",
                        encode("{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483647}") + ".a.b.c.d"),
                arguments("a nested token", alice().header("cty", "JWT").signed()),
                arguments("a token in the JSON form", "{\"payload\":\"" + GOOD[1] + "\"}"),
                arguments("padded", GOOD[0] + "." + GOOD[1] + "." + GOOD[2] + "=="),
                arguments("a bit more that nobody reads", GOOD[0] + "." + GOOD[1] + "." + withUnusedBits(GOOD[2])),
                arguments("the other alphabet",
                        GOOD[0] + "." + GOOD[1] + "." + GOOD[2].replace('-', '+').replace('_', '/') + "+"),
                arguments("one character short", (GOOD[0] + "." + GOOD[1] + "." + GOOD[2]).substring(1)),
                // the header
                arguments("crit empty", alice().header("crit", List.of()).signed()),
                arguments("crit unknown", alice().header("crit", List.of("x")).header("x", 1).signed()),
                arguments("b64 false", alice().header("b64", false).header("crit", List.of("b64")).signed()),
                arguments("x5c", alice().header("x5c", List.of("MIIB")).signed(TestKeys.FOREIGN_EC)),
                arguments("an embedded key", alice().header("jwk", TestKeys.FOREIGN_EC.toPublicJWK().toJSONObject())
                        .withoutHeader("kid").signed(TestKeys.FOREIGN_EC)),
                arguments("kid as a path", alice().header("kid", "../../../../dev/null").signed()),
                arguments("kid as SQL", alice().header("kid", "x' UNION SELECT 'key' --").signed()),
                arguments("kid as a command", alice().header("kid", "| curl evil |").signed()),
                arguments("kid with a line end", alice().header("kid", "ec-1\r\nX: y").signed()),
                arguments("kid a list", alice().header("kid", List.of("ec-1")).signed()),
                arguments("the type of an id token", alice().header("typ", "JWT").signed()),
                arguments("no type", alice().withoutHeader("typ").signed()),
                arguments("duplicate header member", signedAs(
                        "{\"alg\":\"none\",\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"ec-1\"}", alice().claimsJson(),
                        TestKeys.EC)),
                // the claims
                arguments("no expiry", alice().without("exp").signed()),
                arguments("expiry as text", alice().claim("exp", "4102444800").signed()),
                arguments("expiry beyond all numbers",
                        signedAs(alice().headerJson(), alice().claimsJson().replaceAll("\"exp\":\\d+", "\"exp\":1e999"),
                                TestKeys.EC)),
                arguments("another audience", alice().claim("aud", "web").signed()),
                arguments("no subject", alice().without("sub").signed()),
                arguments("a subject with a line end", alice().claim("sub", "alice\r\nX-User-Roles: admin").signed()),
                arguments("a subject with NUL", alice().claim("sub", "root\u0000").signed()),
                arguments("a sender-constrained token (DPoP)", alice().claim("cnf", Map.of("jkt", "abc")).signed()),
                arguments("a sender-constrained token (mTLS)", alice().claim("cnf", Map.of("x5t#S256", "abc")).signed()),
                arguments("a claim twice", signedAs(alice().headerJson(), claims("\"sub\":\"root\""), TestKeys.EC)),
                arguments("nested as deep as a token can be",
                        signedAs(alice().headerJson(), claims("\"x\":" + "[".repeat(2_500) + "]".repeat(2_500)), TestKeys.EC)),
                arguments("longer than 8 KiB", alice().claim("x", "y".repeat(7_000)).signed()),
                arguments("not yet valid", alice().claim("nbf", Instant.now().plusSeconds(120).getEpochSecond()).signed()),
                // the issuer
                arguments("an issuer that nobody knows", alice().claim("iss", "https://evil.example").signed()),
                arguments("another issuer's name on this one's type",
                        alice().claim("iss", "https://legacy").claim("jti", "1").signed()),
                arguments("without the claim that its issuer asks for",
                        alice().claim("iss", "https://legacy").header("typ", "JWT").signed()),
                arguments("an opaque token where none is taken", "opaque-token"),
                arguments("a token of an issuer that this route does not take", alice().claim("iss", "https://opaque").signed()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void attacks(String why, String token) throws Exception {
        String answer = get("/api/x", token);
        assertThat(answer).as(why).startsWith(UNAUTHORIZED);
        assertThat(answer).as("the same words whatever was wrong").contains("\"code\":\"auth.invalid\"",
                "\"detail\":\"The access token is not accepted.\"");
        assertThat(answer.lines().filter(line -> line.startsWith("WWW-Authenticate: "))).singleElement().asString()
                .contains("error=\"invalid_token\"").doesNotContain("error_description");
        assertThat(get("/maybe/x", token)).as("optional").startsWith(UNAUTHORIZED);
        assertThat(upstream.isUntouched()).isTrue();
        assertThat(elsewhere.isUntouched()).isTrue();
        assertThat(get("/api/x", alice().signed())).startsWith(OK);
    }

    private String get(String path, String token) {
        return send("GET " + path, "Authorization: Bearer " + token);
    }

    @Test
    void nobodyIsAskedWhereTokensPoint() throws Exception {
        for (String member : List.of("jku", "x5u", "jwk", "iss", "kid")) {
            String token = alice().header(member, elsewhere.url() + "/" + member).signed();
            assertThat(get("/api/x", token)).as(member)
                    .startsWith(member.equals("iss") ? OK : UNAUTHORIZED); // a header member iss is nobody's business
        }
        assertThat(elsewhere.isUntouched()).isTrue();
    }

    static Stream<Arguments> places() {
        String good = alice().signed();
        String other = alice().claim("jti", "2").signed();
        String legacy = alice().claim("iss", "https://legacy").claim("jti", "1").header("typ", "JWT").signed();
        return Stream.of(arguments("in the query", "/test/x?access_token=" + good, "", "", 401, "auth.missing"),
                arguments("in the query beside a cookie of another name", "/test/x?access=" + good, "", "a=b", 401,
                        "auth.missing"),
                arguments("two tokens in the header", "/test/x", "Bearer " + good + ", Bearer " + good, "", 400,
                        "request.malformed"),
                arguments("behind two spaces", "/test/x", "Bearer  " + good, "", 401, "auth.invalid"),
                arguments("behind a tab", "/test/x", "Bearer\t" + good, "", 401, "auth.invalid"),
                arguments("behind a space and a tab", "/test/x", "Bearer \t" + good, "", 401, "auth.invalid"),
                arguments("behind a tab, where tokens are optional", "/maybe/x", "Bearer\t" + good, "", 401, "auth.invalid"),
                arguments("behind two spaces, and in the cookie", "/test/x", "Bearer  " + good, "access=" + good, 400,
                        "request.malformed"),
                arguments("behind a tab, and in the cookie", "/test/x", "Bearer\t" + good, "access=" + good, 401,
                        "auth.invalid"),
                arguments("in the cookie", "/test/x", "", "a=b; access=" + good, 200, ""),
                arguments("in both", "/test/x", "bearer " + good, "access=" + good, 200, ""),
                arguments("different in both", "/test/x", "Bearer " + good, "access=" + other, 400, "request.malformed"),
                arguments("a bad one in the header, a good one in the cookie", "/test/x", "Bearer x", "access=" + good, 400,
                        "request.malformed"),
                arguments("two cookies", "/test/x", "", "access=" + good + "; access=" + other, 400, "request.malformed"),
                arguments("two cookies, one misspelled", "/test/x", "", "access=" + good + "; Access=" + other, 400,
                        "request.malformed"),
                arguments("a forged one in the cookie", "/test/x", "", "access=" + alice().signed(TestKeys.FOREIGN_EC), 401,
                        "auth.invalid"),
                arguments("an unsigned one in the cookie", "/test/x", "",
                        "access=" + encode("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + GOOD[1] + ".", 401, "auth.invalid"),
                arguments("one in the cookie that has changed under its signature", "/test/x", "",
                        "access=" + GOOD[0] + "." + encode(claims("\"x\":1")) + "." + GOOD[2], 401, "auth.invalid"),
                arguments("an encrypted one in the cookie", "/test/x", "", "access=" + GOOD[0] + ".a.b." + GOOD[1] + ".d", 401,
                        "auth.invalid"),
                arguments("another issuer's token in the cookie", "/api/x", "", "access=" + legacy, 401, "auth.invalid"),
                arguments("another issuer's token in the header", "/api/x", "Bearer " + legacy, "", 200, ""),
                arguments("another issuer's token on a route that does not take it", "/test/x", "Bearer " + legacy, "", 401,
                        "auth.invalid"),
                arguments("a bad cookie where tokens are optional", "/maybe/x", "", "access=x", 401, "auth.invalid"),
                arguments("a bad cookie where nobody looks", "/open/x", "", "access=x", 200, ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void places(String why, String path, String authorization, String cookie, int status, String code) throws Exception {
        List<String> fields = new ArrayList<>();
        if (!authorization.isEmpty()) {
            fields.add("Authorization: " + authorization);
        }
        if (!cookie.isEmpty()) {
            fields.add("Cookie: " + cookie);
        }
        assertThat(send("GET " + path, fields.toArray(String[]::new))).as(why).startsWith("HTTP/1.1 " + status + " ")
                .contains(code);
    }

    @Test
    void cookieStaysAtTheGateway() throws Exception {
        String good = alice().signed();
        send("GET /test/x", "Cookie: a=b; access=" + good + "; c=d");
        assertThat(upstream.next().all("Cookie")).containsExactly("a=b; c=d");
        send("GET /open/x", "Cookie: access=" + good);
        assertThat(upstream.next().all("Cookie")).isEmpty();
        send("GET /open/x", "Cookie: Access=" + good + "; c=d");
        assertThat(upstream.next().all("Cookie")).containsExactly("c=d");
        send("GET /token/x", "Cookie: access=" + good);
        assertThat(upstream.next().all("Cookie")).containsExactly("access=" + good);
    }

    @Test
    void twoAuthorizationFieldsAreRefusedWhicheverIsGood() throws Exception {
        String good = "Bearer " + alice().signed();
        for (List<String> fields : List.of(List.of(good, "Bearer x"), List.of("Bearer x", good), List.of(good, good),
                List.of("Basic YTpi", good))) {
            assertThat(send("GET /test/x", "Authorization: " + fields.get(0), "Authorization: " + fields.get(1)))
                    .startsWith("HTTP/1.1 400 ").contains("request.malformed");
        }
        assertThat(upstream.isUntouched()).isTrue();
    }

    @Test
    void lastGoodKeysAreKeptWhereTheSettingSays() throws Exception {
        assertThat(get("/served/x", alice().claim("iss", "https://served").signed())).startsWith(OK);
        List<Path> kept = Objects
                .requireNonNull(Flux.interval(Duration.ofMillis(10)).map(_ -> kept())
                        .filter(files -> files.stream().anyMatch(this::isServed))
                        .blockFirst(Duration.ofSeconds(10)));
        assertThat(kept)
                .anySatisfy(file -> assertThat(Files.readString(file)).contains("https://served", "ec-1")
                        .doesNotContain("\\\"d\\\""));
        assertThat(Files.getPosixFilePermissions(gateway.state())).containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
    }

    private boolean isServed(Path file) {
        try {
            return Files.readString(file).contains("https://served");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private List<Path> kept() {
        try (Stream<Path> files = Files.list(gateway.state())) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void randomKeyIdsDoNoHarm() throws Exception {
        String good = alice().signed();
        for (int i = 0; i < 200; i++) {
            String token = alice().header("kid", UUID.randomUUID().toString()).signed();
            assertThat(get("/test/x", token)).startsWith(UNAUTHORIZED);
        }
        assertThat(get("/test/x", good)).startsWith(OK);
    }

    @Test
    void expiredTokenSaysSoAndNothingElse() throws Exception {
        String old = TestTokens.validAt(Instant.now().minus(Duration.ofHours(1))).signed();
        assertThat(get("/test/x", old)).startsWith(UNAUTHORIZED).contains("auth.expired");
        String forged = old.substring(0, old.lastIndexOf('.')) + "." + GOOD[2];
        assertThat(get("/test/x", forged)).startsWith(UNAUTHORIZED).contains("auth.invalid");
    }

    private static String withUnusedBits(String signature) {
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return signature.substring(0, signature.length() - 1) + digits.charAt(digits.indexOf(signature.charAt(85)) | 1);
    }

    private static byte[] orderTwice() throws Exception {
        byte[] order = TestKeys.EC.toECPrivateKey().getParams().getOrder().toByteArray();
        byte[] signature = new byte[64];
        System.arraycopy(order, order.length - 32, signature, 0, 32);
        System.arraycopy(order, order.length - 32, signature, 32, 32);
        return signature;
    }
}
