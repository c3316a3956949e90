package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static dev.gatehouse.gateway.authentication.TestTokens.encode;
import static dev.gatehouse.gateway.authentication.TestTokens.signedAs;
import static dev.gatehouse.gateway.authentication.TestTokens.signedParts;
import static org.assertj.core.api.Assertions.assertThat;

/// Many small changes to a good token, as collections of JOSE test vectors have them, against the gateway as it ships: none gets in, and each gets a 401.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenMutationIT {

    private static final String RS256_OF_RFC_7515_A2_HEADER = "eyJhbGciOiJSUzI1NiJ9";
    private static final String PAYLOAD_OF_RFC_7515_A = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;
    private AnswerReader connection;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC, TestKeys.RSA));
        gateway = JarGateway.shared("""
                version: 1
                issuers:
                  strict: { issuer: "http://localhost:8080", jwks: "file:%1$s", audiences: [api], algorithms: [ES256, RS256] }
                  lax: { issuer: joe, jwks: "file:%1$s", audiences: [api], algorithms: [ES256, RS256], typ: [JWT, absent] }
                routes:
                  - { id: api, match: { path: /api }, upstream: "%2$s", access: signed-in }
                """.formatted(keys, upstream.url()));
        connection = new AnswerReader(gateway.port());
    }

    @AfterAll
    void stop() throws IOException {
        connection.close();
        upstream.close();
    }

    @AfterEach
    void goodTokensStillGetIn() throws IOException {
        assertThat(upstream.drain()).isEmpty();
        assertThat(connection.status("GET /api", "Authorization: Bearer " + alice().signed())).isEqualTo(200);
        assertThat(upstream.drain()).hasSize(1);
    }

    private static TestTokens alice() {
        return TestTokens.validAt(Instant.now());
    }

    private void noneGetsIn(Map<String, String> tokens) throws IOException {
        List<String> otherwise = new ArrayList<>();
        for (Map.Entry<String, String> token : tokens.entrySet()) {
            int status = connection.status("GET /api", "Authorization: Bearer " + token.getValue());
            if (status != 401) {
                otherwise.add(token.getKey() + " gives " + status);
            }
        }
        assertThat(otherwise).isEmpty();
    }

    @Test
    void noHeaderMemberOfAnotherKind() throws IOException {
        Map<String, String> tokens = new LinkedHashMap<>();
        List<Object> odd = Arrays.asList(null, "", " ", 0, 1, -1, true, false, List.of(), Map.of(), List.of("x"), Map.of("x", 1),
                "\u0000", "x".repeat(300));
        for (String member : List.of("alg", "typ", "kid", "crit", "jku", "x5u", "x5c", "jwk", "enc", "zip", "epk", "p2c",
                "p2s")) {
            odd.forEach(value -> tokens.put(member + " " + value, alice().header(member, value).signed()));
        }
        for (String algorithm : List.of("none", "None", "NONE", "nOnE", "none ", "HS256", "HS384", "HS512", "hs256", "es256",
                "ES256 ",
                " ES256", "ES256\u0000", "ES256K", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
                "EdDSA",
                "Ed25519", "dir", "A128KW", "RSA1_5", "RSA-OAEP", "ECDH-ES", "PBES2-HS256+A128KW", "https://x/alg")) {
            tokens.put("alg " + algorithm, alice().header("alg", algorithm).signed());
        }
        for (String type : List.of("JWT", "jwt", "at", "jwt+at", "at+jwt;v=1", "application/application/at+jwt", "text/at+jwt",
                "at+jwt ", "at+jwt\u0000", "logout+jwt", "dpop+jwt", "secevent+jwt", "kb+jwt", "JOSE", "JOSE+JSON")) {
            tokens.put("typ " + type, alice().header("typ", type).signed());
        }
        for (String kid : List.of("EC-1", "ec-1 ", " ec-1", "ec-1\u0000", "ec-1\n", "../ec-1", "ec-1' OR '1'='1", "rsa-1",
                "%65c-1",
                "\uff45c-1", "ec-1,rsa-1", "*", ".", "/dev/null", "file:///dev/null", "http://127.0.0.1/")) {
            tokens.put("kid " + kid, alice().header("kid", kid).signed());
        }
        for (String content : List.of("JWT", "jwt", "application/jwt", "application/JWT")) {
            tokens.put("cty " + content, alice().header("cty", content).signed());
        }
        for (Object encoding : Arrays.asList(false, null, "false", 0, "true", List.of())) {
            tokens.put("b64 " + encoding, alice().header("b64", encoding).signed());
        }
        noneGetsIn(tokens);
    }

    @Test
    void noClaimOfAnotherKind() throws IOException {
        Map<String, String> tokens = new LinkedHashMap<>();
        List<Object> odd = Arrays.asList(null, "", "x", true, List.of(), Map.of(), List.of(1), Map.of("x", 1), "\u0000");
        for (String claim : List.of("iss", "aud", "exp", "cnf")) {
            odd.forEach(value -> tokens.put(claim + " " + value, alice().claim(claim, value).signed()));
        }
        List<Object> noNumbers = Arrays.asList("", "x", true, List.of(), Map.of(), List.of(1), "0", Map.of("x", 1));
        for (String claim : List.of("nbf", "iat", "exp")) {
            noNumbers.forEach(value -> tokens.put(claim + " " + value, alice().claim(claim, value).signed()));
        }
        for (Object subject : Arrays.asList(null, "", 7, true, List.of(), Map.of(), List.of("alice"), "a\r\nb", "a\u0000",
                "a\u0085",
                "\u007f")) {
            tokens.put("sub " + subject, alice().claim("sub", subject).signed());
        }
        for (String number : List.of("-1", "0", "1", "1e999", "-1e999", "1e-999", "9223372036854775808", "99999999999999999999",
                "4102444800000", "0x7fffffff", "NaN", "Infinity", "01", "+1", "1.", ".5", "\"4102444800\"")) {
            tokens.put("exp " + number, signedAs(alice().headerJson(),
                    alice().claimsJson().replaceAll("\"exp\":\\d+", "\"exp\":" + number), TestKeys.EC));
        }
        for (Object audience : List.of("API", "api ", " api", "ap", "apis", "https://api", List.of("web"),
                List.of(List.of("api")),
                Map.of("api", 1), List.of("api", 1))) {
            tokens.put("aud " + audience, alice().claim("aud", audience).signed());
        }
        for (String issuer : List.of("http://localhost:8080/", "HTTP://localhost:8080", "http://LOCALHOST:8080",
                "http://localhost",
                "http://localhost:8080 ", "http://localhost:8080\u0000", "http://evil@localhost:8080", "http://localhost:8080#",
                "http://localhost:8080?", "localhost:8080", "strict", "*")) {
            tokens.put("iss " + issuer, alice().claim("iss", issuer).signed());
        }
        noneGetsIn(tokens);
    }

    @Test
    void noOtherSpellingOfTheJson() throws IOException {
        Map<String, String> tokens = new LinkedHashMap<>();
        String header = alice().headerJson();
        String claims = alice().claimsJson();
        for (String json : List.of("", " ", "null", "[]", "\"\"", "0", "true", "{", "}", "{}", "{\"a\"}", "{,}", "{\"a\":1,}",
                "{'a':1}",
                "{a:1}", "[" + claims + "]", claims + claims, claims + ",", claims + "\u0000", "\ufeff" + claims,
                " " + claims + "x",
                claims.replaceFirst("\\{", "{\"sub\":\"root\","), claims.replaceFirst("\\{", "{\"\\\\u0073ub\":\"root\","),
                claims.replace(",", ",,"), claims.replace(":", "="), claims.replace('"', '\''), "// \n" + claims, "/**/" + claims,
                claims.replaceFirst("\\{", "{\"x\":" + "[".repeat(40) + "]".repeat(40) + ","),
                claims.replaceFirst("\\{", "{\"x\":" + "{\"x\":".repeat(900) + "1" + "}".repeat(900) + ","),
                claims.replaceFirst("\\{", "{\"x\":\"\\\\ud800\u0001\","), claims.replaceFirst("\\{", "{\"x\":\"a\tb\","),
                claims.replaceFirst("\\{", "{\"x\":\"\\\\x41\","))) {
            tokens.put("claims " + json, signedAs(header, json, TestKeys.EC));
            tokens.put("header " + json, signedAs(json, claims, TestKeys.EC));
        }
        byte[] latin = alice().claim("name", "\u00e9").claimsJson().getBytes(StandardCharsets.ISO_8859_1);
        tokens.put("Latin-1", signedParts(encode(header), encode(latin), TestKeys.EC, true));
        tokens.put("UTF-16", signedParts(encode(header), encode(claims.getBytes(StandardCharsets.UTF_16)), TestKeys.EC, true));
        tokens.put("overlong", signedParts(encode(header),
                encode(claims.replaceFirst("alice", "\u00c0\u0080").getBytes(StandardCharsets.ISO_8859_1)), TestKeys.EC, true));
        noneGetsIn(tokens);
    }

    @Test
    void noOtherSpellingOfTheToken() throws IOException {
        Map<String, String> tokens = new LinkedHashMap<>();
        String good = alice().signed();
        String[] parts = good.split("\\.", -1);
        for (int at = 0; at < good.length(); at += 7) {
            for (String inserted : List.of("=", "!", "%", "*", "\u00e9")) {
                tokens.put(inserted + " at " + at, good.substring(0, at) + inserted + good.substring(at));
            }
            tokens.put("without the character at " + at, good.substring(0, at) + good.substring(at + 1));
            char other = good.charAt(at) == 'A' ? 'B' : 'A';
            if (good.charAt(at) != '.') {
                tokens.put("another character at " + at, good.substring(0, at) + other + good.substring(at + 1));
            }
        }
        for (String token : List.of(parts[0], parts[0] + ".", parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".",
                "." + good,
                good + ".", good + ".x", good + "..", ".." + parts[2], "." + parts[1] + "." + parts[2],
                parts[0] + ".." + parts[2],
                parts[1] + "." + parts[0] + "." + parts[2], parts[0] + "." + parts[0] + "." + parts[2], good + "=", good + "==",
                "=" + good,
                parts[0] + "=." + parts[1] + "." + parts[2], good.replace('.', ':'), good.toLowerCase(Locale.ROOT), "null",
                "undefined", "{}", "\"" + good + "\"", "[" + good + "]", "<" + good + ">", "%20" + good, good + "%00", "eyJ",
                "...",
                ".".repeat(4000), "A".repeat(8192), "A.".repeat(4000),
                "eyJhbGciOiJub25lIn0." + PAYLOAD_OF_RFC_7515_A + ".",
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + PAYLOAD_OF_RFC_7515_A
                        + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                RS256_OF_RFC_7515_A2_HEADER + "." + PAYLOAD_OF_RFC_7515_A + "." + encode(new byte[256]))) {
            tokens.put(token.substring(0, Math.min(40, token.length())), token);
        }
        noneGetsIn(tokens);
    }

    @Test
    void noOtherSignature() throws Exception {
        Map<String, String> tokens = new LinkedHashMap<>();
        String input = alice().signed().substring(0, alice().signed().lastIndexOf('.') + 1);
        byte[] order = TestKeys.EC.toECPrivateKey().getParams().getOrder().toByteArray();
        byte[] n = Arrays.copyOfRange(order, order.length - 32, order.length);
        List<byte[]> halves = List.of(new byte[32], number(1), number(2), n, less(n), more(n), filled((byte) 0xff),
                filled((byte) 0x7f));
        for (byte[] r : halves) {
            for (byte[] s : halves) {
                byte[] both = Arrays.copyOf(r, 64);
                System.arraycopy(s, 0, both, 32, 32);
                tokens.put("r " + encode(r) + " s " + encode(s), input + encode(both));
            }
        }
        Random random = new Random(7515);
        for (int length = 0; length < 140; length += 3) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            tokens.put(length + " octets", input + encode(bytes));
        }
        tokens.put("DER", signedParts(encode(alice().headerJson()), encode(alice().claimsJson()), TestKeys.EC, false));
        tokens.put("another's", alice().signed(TestKeys.FOREIGN_EC));
        TestTokens rsa = alice().header("alg", "RS256").header("kid", "rsa-1");
        String signed = rsa.signed(TestKeys.RSA);
        tokens.put("RSA, an octet less", signed.substring(0, signed.length() - 2));
        tokens.put("RSA, an octet more", signed.substring(0, signed.lastIndexOf('.') + 1) + "AA"
                + signed.substring(signed.lastIndexOf('.') + 1));
        tokens.put("RSA, zeros", signed.substring(0, signed.lastIndexOf('.') + 1) + encode(new byte[256]));
        tokens.put("RSA, one", signed.substring(0, signed.lastIndexOf('.') + 1) + encode(Arrays.copyOf(number(1), 256)));
        tokens.put("RSA, empty", signed.substring(0, signed.lastIndexOf('.') + 1));
        tokens.put("RSA with SHA-1", rsa.signed("SHA1withRSA", TestKeys.RSA.toRSAPrivateKey()));
        tokens.put("RSA with SHA-512", rsa.signed("SHA512withRSA", TestKeys.RSA.toRSAPrivateKey()));
        for (byte[] secret : List.of(TestKeys.RSA.toRSAPublicKey().getEncoded(), TestKeys.EC.toECPublicKey().getEncoded(),
                TestKeys.RSA.getModulus().decode(), TestKeys.jwks(TestKeys.EC).getBytes(StandardCharsets.UTF_8),
                TestKeys.EC.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8), new byte[1])) {
            for (String kid : List.of("ec-1", "rsa-1")) {
                tokens.put("HS256 " + kid + secret.length, alice().header("alg", "HS256").header("kid", kid).sealed(secret));
                tokens.put("HMAC as ES256 " + kid + secret.length, alice().header("kid", kid).sealed(secret));
            }
        }
        noneGetsIn(tokens);
    }

    private static byte[] number(int small) {
        byte[] number = new byte[32];
        number[31] = (byte) small;
        return number;
    }

    private static byte[] filled(byte octet) {
        byte[] filled = new byte[32];
        Arrays.fill(filled, octet);
        return filled;
    }

    private static byte[] less(byte[] number) {
        byte[] less = number.clone();
        less[31]--;
        return less;
    }

    private static byte[] more(byte[] number) {
        byte[] more = number.clone();
        more[31]++;
        return more;
    }
}
