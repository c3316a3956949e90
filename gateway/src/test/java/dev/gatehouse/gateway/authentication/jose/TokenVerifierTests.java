package dev.gatehouse.gateway.authentication.jose;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static dev.gatehouse.gateway.authentication.TestTokens.encode;
import static dev.gatehouse.gateway.authentication.TestTokens.signedAs;
import static dev.gatehouse.gateway.authentication.TestTokens.signedParts;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TokenVerifierTests {

    private static final String CHARACTERS = "ABCxyz019-_=.+/ \n\u0000é\"{}[],:e\\";
    private static final String KEYS = TestKeys.jwks(TestKeys.EC, TestKeys.RSA);

    @Test
    void believesTokenOfTheAuthService() {
        assertThat(verify(valid().signed())).isInstanceOfSatisfying(Verification.Verified.class, verified -> {
            Caller.Authenticated caller = verified.caller();
            assertThat(caller.issuerId()).isEqualTo("gatehouse");
            assertThat(caller.subject()).isEqualTo("alice");
            assertThat(caller.roles()).containsExactly("user", "admin");
            assertThat(caller.scopes()).containsExactly("orders:read", "orders:write");
            assertThat(caller.expiresAt()).isEqualTo(NOW.plusSeconds(300));
            assertThat(caller.sessionId()).contains("session-1");
        });
    }

    static Stream<Arguments> acceptable() throws Exception {
        return Stream.of(arguments("audience as a single string", valid().claim("aud", "api").signed()),
                arguments("audience among others", valid().claim("aud", List.of("web", "api")).signed()),
                arguments("type in other case", valid().header("typ", "AT+JWT").signed()),
                arguments("type with its media type prefix", valid().header("typ", "application/at+jwt").signed()),
                arguments("RS256", valid().header("alg", "RS256").header("kid", "rsa-1").signed(TestKeys.RSA)),
                arguments("no key id where one key fits the algorithm", valid().withoutHeader("kid").signed()),
                arguments("expired within the leeway", valid().expiredBy(Duration.ofSeconds(29)).signed()),
                arguments("issued in the future within the leeway",
                        valid().claim("iat", NOW.plusSeconds(30).getEpochSecond()).signed()),
                arguments("no iat", valid().without("iat").signed()),
                arguments("expiry with a fraction", valid().claim("exp", NOW.getEpochSecond() + 1.5).signed()),
                arguments("members the header may have", valid().header("x5t", "abc").header("foo", Map.of("bar", 1)).signed()),
                arguments("b64 true", valid().header("b64", true).signed()),
                arguments("spaces and line ends in the JSON, as in RFC 7515's own examples",
                        signedAs("{ \"alg\":\"ES256\",\r\n \"typ\":\"at+jwt\", \"kid\":\"ec-1\"}", valid().claimsJson(),
                                TestKeys.EC)),
                arguments("a subject beyond ASCII", valid().claim("sub", "zoë 🐈").signed()),
                arguments("the replacement character itself", valid().claim("preferred_username", "\uFFFD").signed()),
                arguments("a null claim that nothing depends on", valid().claim("nickname", null).signed()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void acceptable(String why, String token) {
        assertThat(verify(token)).as(why).isInstanceOf(Verification.Verified.class);
    }

    static Stream<Arguments> refused() throws Exception {
        String good = valid().signed();
        String[] parts = good.split("\\.", -1);
        byte[] publicKey = TestKeys.RSA.toRSAPublicKey().getEncoded();
        byte[] publicPem = ("-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(publicKey)
                + "\n-----END PUBLIC KEY-----\n").getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                // what the signature says
                arguments("signed by somebody else's key under our key's id", valid().signed(TestKeys.FOREIGN_EC)),
                arguments("truncated by one character", good.substring(0, good.length() - 1)),
                arguments("truncated in the claims", parts[0] + "." + parts[1].substring(0, 20) + "." + parts[2]),
                arguments("without its signature", parts[0] + "." + parts[1] + "."),
                arguments("two parts", parts[0] + "." + parts[1]), arguments("four parts", good + ".abc"),
                arguments("five parts, as an encrypted token has", good + ".abc.def"), arguments("empty", ""),
                arguments("dots alone", ".."), arguments("no dots", "abc"), arguments("text", "not a token at all"),
                arguments("claims exchanged",
                        parts[0] + "." + encode(valid().claim("sub", "root").claimsJson()) + "." + parts[2]),
                arguments("header exchanged", encode(valid().header("foo", 1).headerJson()) + "." + parts[1] + "." + parts[2]),
                arguments("signature in DER", signedParts(parts[0], parts[1], TestKeys.EC, false)),
                arguments("signature of zeros (CVE-2022-21449)", parts[0] + "." + parts[1] + "." + encode(new byte[64])),
                arguments("signature with a byte more", parts[0] + "." + parts[1] + "." + encode(new byte[65])),
                // the algorithm
                arguments("alg none", encode(valid().header("alg", "none").headerJson()) + "." + parts[1] + "."),
                arguments("alg none, with a signature",
                        encode(valid().header("alg", "none").headerJson()) + "." + parts[1] + "." + parts[2]),
                arguments("alg nOnE", encode(valid().header("alg", "nOnE").headerJson()) + "." + parts[1] + "." + parts[2]),
                arguments("alg missing", valid().withoutHeader("alg").signed()),
                arguments("alg not a string", valid().header("alg", 256).signed()),
                arguments("alg in other case", valid().header("alg", "es256").signed()),
                arguments("HS256 with the public key as secret",
                        valid().header("alg", "HS256").header("kid", "rsa-1").sealed(publicKey)),
                arguments("HS256 with the public key's PEM as secret",
                        valid().header("alg", "HS256").header("kid", "rsa-1").sealed(publicPem)),
                arguments("HS256 with the public JWK as secret", valid().header("alg", "HS256").header("kid", "rsa-1")
                        .sealed(TestKeys.RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))),
                arguments("algorithm of another key type", valid().header("alg", "RS256").signed()),
                arguments("algorithm outside the issuer's list",
                        valid().header("alg", "PS256").header("kid", "rsa-1").signed(TestKeys.RSA)),
                arguments("algorithm of another curve", valid().header("alg", "ES384").signed()),
                // the header
                arguments("typ missing", valid().withoutHeader("typ").signed()),
                arguments("typ of an id token", valid().header("typ", "JWT").signed()),
                arguments("typ with a foreign prefix", valid().header("typ", "text/at+jwt").signed()),
                arguments("typ not a string", valid().header("typ", List.of("at+jwt")).signed()),
                arguments("crit with something unknown", valid().header("crit", List.of("exp")).header("exp", 1).signed()),
                arguments("crit empty", valid().header("crit", List.of()).signed()),
                arguments("crit null", valid().header("crit", null).signed()),
                arguments("b64 false", valid().header("b64", false).signed()),
                arguments("jku", valid().header("jku", "http://169.254.169.254/keys").signed()),
                arguments("x5u", valid().header("x5u", "http://169.254.169.254/cert").signed()),
                arguments("x5c", valid().header("x5c", List.of("MII")).signed()),
                arguments("an embedded key",
                        valid().header("jwk", TestKeys.FOREIGN_EC.toPublicJWK().toJSONObject()).withoutHeader("kid")
                                .signed(TestKeys.FOREIGN_EC)),
                arguments("enc", valid().header("enc", "A256GCM").signed()),
                arguments("zip", valid().header("zip", "DEF").signed()),
                arguments("nested token", valid().header("cty", "JWT").signed()),
                arguments("kid not a string", valid().header("kid", 1).signed()),
                arguments("kid null", valid().header("kid", null).signed()),
                arguments("kid longer than any", valid().header("kid", "k".repeat(300)).signed()),
                // the claims
                arguments("another issuer", valid().claim("iss", "http://localhost:8080/").signed()),
                arguments("no issuer", valid().without("iss").signed()),
                arguments("another audience", valid().claim("aud", "web").signed()),
                arguments("audience in other case", valid().claim("aud", "API").signed()),
                arguments("no audience", valid().without("aud").signed()),
                arguments("no audience in the list", valid().claim("aud", List.of()).signed()),
                arguments("an audience that is no string", valid().claim("aud", List.of("api", 1)).signed()),
                arguments("an audience that is nothing", valid().claim("aud", Arrays.asList("api", null)).signed()),
                arguments("an audience within an audience", valid().claim("aud", List.of("api", List.of("api"))).signed()),
                arguments("audience an object", valid().claim("aud", Map.of("api", true)).signed()),
                arguments("no expiry", valid().without("exp").signed()),
                arguments("expiry null", valid().claim("exp", null).signed()),
                arguments("expiry a string", valid().claim("exp", "1800000000").signed()),
                arguments("expiry negative", valid().claim("exp", -1).signed()),
                arguments("expiry in milliseconds", valid().claim("exp", NOW.toEpochMilli()).signed()),
                arguments("expiry beyond all numbers", signedAs(valid().headerJson(),
                        valid().claimsJson().replaceAll("\"exp\":\\d+", "\"exp\":1e999"), TestKeys.EC)),
                arguments("not yet valid", valid().claim("nbf", NOW.plusSeconds(31).getEpochSecond()).signed()),
                arguments("nbf negative", valid().claim("nbf", -1).signed()),
                arguments("iat beyond year 9999", valid().claim("iat", 253_402_300_800L).signed()),
                arguments("expiry true", valid().claim("exp", true).signed()),
                arguments("nbf a string", valid().claim("nbf", "0").signed()),
                arguments("issued in the future", valid().claim("iat", NOW.plusSeconds(31).getEpochSecond()).signed()),
                arguments("no subject", valid().without("sub").signed()),
                arguments("subject empty", valid().claim("sub", "").signed()),
                arguments("subject a number", valid().claim("sub", 7).signed()),
                arguments("subject with a line end", valid().claim("sub", "alice\r\nX-User-Roles: admin").signed()),
                arguments("subject with NUL", valid().claim("sub", "root\u0000").signed()),
                arguments("subject with a C1 control", valid().claim("sub", "alice\u0085").signed()),
                arguments("subject with half a character",
                        signedAs(valid().headerJson(), valid().claimsJson().replace("\"alice\"", "\"a\\ud800\""), TestKeys.EC)),
                arguments("bound to a client certificate", valid().claim("cnf", Map.of("x5t#S256", "abc")).signed()),
                arguments("bound to nothing", valid().claim("cnf", null).signed()),
                // how it is spelled
                arguments("padding", parts[0] + "=." + parts[1] + "." + parts[2]),
                arguments("padding at the end", good + "="), arguments("padding at the end twice", good + "=="),
                arguments("a space in front", " " + good), arguments("a line end behind", good + "\n"),
                arguments("a line end inside", good.substring(0, 20) + "\n" + good.substring(20)),
                arguments("the other base64 alphabet",
                        parts[0] + "." + parts[1] + "." + parts[2].replace('-', '+').replace('_', '/') + "+"),
                arguments("unused bits set", parts[0] + "." + parts[1] + "." + withUnusedBits(parts[2])),
                arguments("a letter beyond ASCII", parts[0] + "é." + parts[1] + "." + parts[2]),
                arguments("duplicate header member",
                        signedAs("{\"alg\":\"none\",\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"ec-1\"}", valid().claimsJson(),
                                TestKeys.EC)),
                arguments("duplicate claim",
                        signedAs(valid().headerJson(), valid().claimsJson().replaceFirst("\\{", "{\"sub\":\"root\","),
                                TestKeys.EC)),
                arguments("duplicate claim, once escaped",
                        signedAs(valid().headerJson(), valid().claimsJson().replaceFirst("\\{", "{\"\\\\u0073ub\":\"root\","),
                                TestKeys.EC)),
                arguments("duplicate member deep inside",
                        signedAs(valid().headerJson(), valid().claimsJson().replaceFirst("\\{", "{\"x\":{\"a\":1,\"a\":2},"),
                                TestKeys.EC)),
                arguments("something behind the claims",
                        signedAs(valid().headerJson(), valid().claimsJson() + "{}", TestKeys.EC)),
                arguments("claims a list", signedAs(valid().headerJson(), "[" + valid().claimsJson() + "]", TestKeys.EC)),
                arguments("claims a string", signedAs(valid().headerJson(), "\"alice\"", TestKeys.EC)),
                arguments("claims cut short", signedAs(valid().headerJson(), "{\"sub\":", TestKeys.EC)),
                arguments("claims with a comment",
                        signedAs(valid().headerJson(), valid().claimsJson().replaceFirst("\\{", "{/**/"), TestKeys.EC)),
                arguments("claims in UTF-16",
                        signedParts(parts[0], encode(valid().claimsJson().getBytes(StandardCharsets.UTF_16)), TestKeys.EC, true)),
                arguments("claims not UTF-8", signedParts(parts[0],
                        encode(valid().claim("sub", "é").claimsJson().getBytes(StandardCharsets.ISO_8859_1)), TestKeys.EC, true)),
                arguments("claims nested a thousand deep",
                        signedAs(valid().headerJson(),
                                valid().claimsJson().replaceFirst("\\{", "{\"x\":" + "[".repeat(1000) + "]".repeat(1000) + ","),
                                TestKeys.EC)),
                arguments("a number of a thousand digits",
                        signedAs(valid().headerJson(),
                                valid().claimsJson().replaceFirst("\\{", "{\"x\":" + "9".repeat(1000) + ","), TestKeys.EC)),
                arguments("a key derivation without end",
                        encode("{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483647}"
                                .getBytes(StandardCharsets.US_ASCII))
                                + ".a.b.c.d"),
                arguments("longer than 8 KiB", valid().claim("x", "y".repeat(7000)).signed()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String why, String token) {
        assertThat(verify(token)).as(why).isInstanceOf(Verification.Invalid.class);
    }

    private static String withUnusedBits(String signature) { // 64 bytes end in a digit with four unused bits
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = digits.indexOf(signature.charAt(signature.length() - 1));
        return signature.substring(0, signature.length() - 1) + digits.charAt(last | 1);
    }

    @Test
    void tellsExpiredFromForged() {
        assertThat(verify(valid().expiredBy(Duration.ofSeconds(30)).signed())).isInstanceOf(Verification.Expired.class);
        assertThat(verify(valid().expiredBy(Duration.ofSeconds(30)).signed(TestKeys.FOREIGN_EC)))
                .isInstanceOf(Verification.Invalid.class);
        assertThat(verify(valid().expiredBy(Duration.ofSeconds(30)).claim("aud", "web").signed()))
                .isInstanceOf(Verification.Invalid.class);
    }

    @Test
    void typeMayBeMissingOnlyWhereTheIssuerSaysSo() {
        for (Set<String> types : List.of(Set.of("absent"), Set.of("JWT", "absent"))) {
            assertThat(verify(valid().withoutHeader("typ").signed(), types)).isInstanceOf(Verification.Verified.class);
            assertThat(verify(valid().header("typ", null).signed(), types)).isInstanceOf(Verification.Invalid.class);
            assertThat(verify(valid().header("typ", "absent").signed(), types)).isInstanceOf(Verification.Invalid.class);
            assertThat(verify(valid().header("typ", "at+jwt").signed(), types)).isInstanceOf(Verification.Invalid.class);
        }
        assertThat(verify(valid().header("typ", "jwt").signed(), Set.of("JWT"))).isInstanceOf(Verification.Verified.class);
        assertThat(verify(valid().withoutHeader("typ").signed(), Set.of("JWT"))).isInstanceOf(Verification.Invalid.class);
    }

    /// Where one `typ` stands for all kinds of tokens, the claims tell which it is.
    @Test
    void takesNoTokenThatSaysItIsOfAnotherKind() {
        for (String kind : List.of("ID", "Refresh", "Offline", "Logout", "id_token")) {
            assertThat(verify(plain().claim("typ", kind).signed(), Set.of("JWT"))).as(kind)
                    .isInstanceOf(Verification.Invalid.class);
        }
        for (Object use : List.of("id", "refresh", "ID", 7, List.of("access"))) {
            assertThat(verify(plain().claim("token_use", use).signed(), Set.of("JWT"))).as("%s", use)
                    .isInstanceOf(Verification.Invalid.class);
        }
        assertThat(
                verify(plain().claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of())).signed(),
                        Set.of("JWT")))
                .isInstanceOf(Verification.Invalid.class);
        assertThat(
                verify(plain().claim("typ", "Bearer").claim("token_use", "access").claim("events", List.of("concert")).signed(),
                        Set.of("JWT")))
                .isInstanceOf(Verification.Verified.class);
    }

    private static TestTokens plain() {
        return valid().header("typ", "JWT");
    }

    private static Verification verify(String token, Set<String> types) {
        IssuerSpec spec = new IssuerSpec("gatehouse", TestTokens.ISSUER, URI.create("http://localhost:1/"), Set.of("api"),
                Set.of("ES256"), types, Duration.ofSeconds(30));
        KeySet keys = ((KeySet.Reading.Keys) KeySet.read(KEYS, Set.of("ES256"), Optional.empty(), KeySet.NONE)).set();
        return new TokenVerifier(spec, (IssuerSpec.Signature) spec.proof())
                .verify((CompactToken.Unverified) CompactToken.read(token, new ProvenHeaders()), keys, NOW);
    }

    @Test
    void asksForUnknownKeyOnlyOfAnOtherwiseGoodToken() {
        assertThat(verify(valid().header("kid", "ec-2").signed())).isEqualTo(new Verification.UnknownKey("ec-2"));
        assertThat(verify(valid().header("kid", "ec-2").claim("aud", "web").signed())).isInstanceOf(Verification.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../dev/null", "' OR 1=1 --", "", "ec-1 ", "EC-1"})
    void takesKeyIdForNothingButAName(String kid) {
        assertThat(verify(valid().header("kid", kid).signed())).isEqualTo(new Verification.UnknownKey(kid));
    }

    @Test
    void grantsNothingForRolesAndScopesOfWrongType() {
        assertThat(caller(valid().claim("roles", "admin").signed()).roles()).isEmpty();
        assertThat(caller(valid().claim("roles", List.of("admin", 7)).signed()).roles()).isEmpty();
        assertThat(caller(valid().claim("roles", List.of("admin", "")).signed()).roles()).isEmpty();
        assertThat(caller(valid().claim("roles", List.of(List.of("admin"))).signed()).roles()).isEmpty();
        assertThat(caller(valid().claim("roles", Map.of("admin", true)).signed()).roles()).isEmpty();
        assertThat(caller(valid().claim("scope", List.of("a", "b")).signed()).scopes()).isEmpty();
        assertThat(caller(valid().claim("roles", "admin").signed()).claims()).as("what rules judge the form by")
                .containsEntry("roles", "admin");
        assertThat(caller(valid().claim("scope", "  a   b ").signed()).scopes()).containsExactly("a", "b");
    }

    @Test
    void refusesMissingKeyIdWhereTwoKeysFit() {
        String keys = TestKeys.jwks(TestKeys.EC, TestKeys.ec("ec-2"));
        assertThat(verify(valid().withoutHeader("kid").signed(), keys)).isInstanceOf(Verification.Invalid.class);
    }

    @Test
    void takesEachOfTwoKeysOfOneIdForItsOwnKindOnly() {
        RSAKey namesake = new RSAKey.Builder(TestKeys.RSA).keyID("ec-1").build();
        String keys = TestKeys.jwks(namesake, TestKeys.EC);
        assertThat(verify(valid().signed(), keys)).isInstanceOf(Verification.Verified.class);
        assertThat(verify(valid().header("alg", "RS256").signed(namesake), keys)).isInstanceOf(Verification.Verified.class);
        assertThat(verify(valid().header("alg", "RS256").signed(), keys)).isInstanceOf(Verification.Invalid.class);
        assertThat(verify(valid().header("alg", "ES256").signed(TestKeys.FOREIGN_EC), keys))
                .isInstanceOf(Verification.Invalid.class);
    }

    static Stream<Arguments> unusableKeys() throws Exception {
        return Stream.of(arguments("for encryption", change(TestKeys.EC, "use", "enc")),
                arguments("without the operation verify", change(withoutUse(TestKeys.EC), "key_ops", List.of("sign"))),
                arguments("for wrapping keys too",
                        change(withoutUse(TestKeys.EC), "key_ops", List.of("verify", "wrapKey"))),
                arguments("for nothing", change(withoutUse(TestKeys.EC), "key_ops", List.of())),
                arguments("of another algorithm", change(TestKeys.EC, "alg", "ES384")),
                arguments("not on its curve", change(TestKeys.EC, "x", TestKeys.FOREIGN_EC.getX().toString())),
                arguments("of unknown type", change(TestKeys.EC, "kty", "XY")),
                arguments("without a coordinate", change(TestKeys.EC, "y", null)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unusableKeys(String why, String jwk) {
        String keys = "{\"keys\":[" + jwk + "," + TestKeys.RSA.toPublicJWK().toJSONString() + ",7,null,{}]}";
        assertThat(verify(valid().signed(), keys)).as(why).isEqualTo(new Verification.UnknownKey("ec-1"));
    }

    private static String change(ECKey key, String member, Object value) {
        Map<String, Object> members = new HashMap<>(key.toPublicJWK().toJSONObject());
        members.put(member, value);
        return com.nimbusds.jose.util.JSONObjectUtils.toJSONString(members);
    }

    private static ECKey withoutUse(ECKey key) {
        return new ECKey.Builder(key).keyUse(null).build();
    }

    static Stream<Arguments> unusableSets() {
        return Stream.of(arguments("no keys", "{\"keys\":[]}"), arguments("no member keys", "{}"),
                arguments("keys an object", "{\"keys\":{}}"),
                arguments("HTML", "<html><body>502</body></html>"), arguments("empty", ""), arguments("null", "null"),
                arguments("two members keys", "{\"keys\":[],\"keys\":[]}"),
                arguments("two keys with one id", TestKeys.jwks(TestKeys.EC, TestKeys.FOREIGN_EC)),
                arguments("nested too deep", "{\"keys\":" + "[".repeat(5000)));
    }

    static Stream<Arguments> setsOfOtherKinds() {
        return Stream.of(arguments("an RSA key of 1024 bits alone", TestKeys.jwks(TestKeys.rsa("rsa-1", 1024)), true),
                arguments("a key for encryption alone", "{\"keys\":[" + change(TestKeys.EC, "use", "enc") + "]}", true),
                arguments("a symmetric key alone",
                        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"ec-1\",\"alg\":\"HS256\",\"k\":\"AAAA\"}]}", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void setsOfOtherKinds(String why, String jwks, boolean meant) {
        assertThat(KeySet.read(jwks, Set.of("ES256", "RS256"), Optional.empty(), KeySet.NONE)).as(why)
                .isInstanceOfSatisfying(KeySet.Reading.NoneUsable.class,
                        none -> assertThat(none.instead().map(KeySet::isEmpty))
                                .isEqualTo(meant ? Optional.of(true) : Optional.empty()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unusableSets(String why, String jwks) {
        assertThat(KeySet.read(jwks, Set.of("ES256", "RS256"), Optional.empty(), KeySet.NONE)).as(why)
                .isInstanceOf(KeySet.Reading.Unusable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "ES384", "ES512"})
    void checksEveryEllipticCurve(String algorithm) {
        ECKey key = TestKeys.ec("ec-1", Curve.forJWSAlgorithm(com.nimbusds.jose.JWSAlgorithm.parse(algorithm)).iterator().next());
        assertThat(verify(valid().header("alg", algorithm).signed(key), TestKeys.jwks(key), Set.of("ES256", "ES384", "ES512")))
                .isInstanceOf(Verification.Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256"})
    void checksRsaSignatures(String algorithm) throws Exception {
        JWSHeader header = JWSHeader.parse(Map.of("alg", algorithm, "typ", "at+jwt", "kid", "rsa-1"));
        JWSObject token = new JWSObject(header, JWSObject.parse(valid().signed()).getPayload());
        token.sign(new RSASSASigner(TestKeys.RSA));
        assertThat(verify(token.serialize(), TestKeys.jwks(TestKeys.RSA), Set.of(algorithm)))
                .isInstanceOf(Verification.Verified.class);
    }

    @Test
    void checksEdwardsSignatures() throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        JWK key = new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID("ed-1").build();
        String token = valid().header("alg", "EdDSA").header("kid", "ed-1").signed("Ed25519", pair.getPrivate());
        assertThat(verify(token, TestKeys.jwks(key), Set.of("EdDSA"))).isInstanceOf(Verification.Verified.class);
        assertThat(verify(token.substring(0, token.length() - 4) + "AAAA", TestKeys.jwks(key), Set.of("EdDSA")))
                .isInstanceOf(Verification.Invalid.class);
    }

    @Test
    void neverBelievesMutatedToken() {
        String good = valid().signed();
        Random random = new Random(20261122);
        for (int round = 0; round < 4_000; round++) {
            String mutated = mutate(good, random);
            if (!mutated.equals(good)) {
                assertThat(verify(mutated)).as(mutated).isNotInstanceOf(Verification.Verified.class);
            }
        }
    }

    @Test
    void neverThrowsForSignedNonsense() {
        Random random = new Random(20261122);
        String claims = valid().claimsJson();
        for (int round = 0; round < 500; round++) {
            assertThat(verify(signedAs(valid().headerJson(), mutate(claims, random), TestKeys.EC))).isNotNull();
        }
    }

    private static String mutate(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int change = random.nextInt(3); change >= 0 && !mutated.isEmpty(); change--) {
            int at = random.nextInt(mutated.length());
            char other = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
            switch (random.nextInt(4)) {
                case 0 -> mutated.setCharAt(at, other);
                case 1 -> mutated.insert(at, other);
                case 2 -> mutated.deleteCharAt(at);
                default -> mutated.setLength(Math.max(1, at));
            }
        }
        return mutated.toString();
    }

    private static Caller.Authenticated caller(String token) {
        return ((Verification.Verified) verify(token)).caller();
    }

    static Verification verify(String token) {
        return verify(token, KEYS);
    }

    private static Verification verify(String token, String jwks) {
        return verify(token, jwks, Set.of("ES256", "RS256"));
    }

    private static Verification verify(String token, String jwks, Set<String> algorithms) {
        IssuerSpec spec = new IssuerSpec("gatehouse", TestTokens.ISSUER, URI.create("http://localhost:1/"), Set.of("api"),
                algorithms,
                Set.of("at+jwt"), Duration.ofSeconds(30));
        KeySet keys = ((KeySet.Reading.Keys) KeySet.read(jwks, algorithms, Optional.empty(), KeySet.NONE)).set();
        return switch (CompactToken.read(token, new ProvenHeaders())) {
            case CompactToken.Malformed malformed -> new Verification.Invalid(malformed.reason());
            case CompactToken.Unverified unverified ->
                new TokenVerifier(spec, (IssuerSpec.Signature) spec.proof()).verify(unverified, keys, NOW);
        };
    }
}
