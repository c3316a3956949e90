package dev.gatehouse.gateway.authentication;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;

/// Makes tokens, good ones and bad ones, byte by byte: a library would refuse to make most of the bad ones.
public final class TestTokens {

    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    public static final String ISSUER = "http://localhost:8080";

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();

    private TestTokens(Instant now) {
        header.put("alg", "ES256");
        header.put("typ", "at+jwt");
        header.put("kid", "ec-1");
        claims.put("iss", ISSUER);
        claims.put("sub", "alice");
        claims.put("aud", List.of("api"));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plusSeconds(300).getEpochSecond());
        claims.put("sid", "session-1");
        claims.put("roles", List.of("user", "admin"));
        claims.put("scope", "orders:read orders:write");
        claims.put("preferred_username", "alice");
        claims.put("email", "alice@example.com");
    }

    /// A token as the auth service issues it, at [#NOW].
    public static TestTokens valid() {
        return new TestTokens(NOW);
    }

    public static TestTokens validAt(Instant now) {
        return new TestTokens(now);
    }

    public TestTokens header(String name, Object value) {
        header.put(name, value);
        return this;
    }

    public TestTokens withoutHeader(String name) {
        header.remove(name);
        return this;
    }

    public TestTokens claim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    public TestTokens without(String claim) {
        claims.remove(claim);
        return this;
    }

    public TestTokens expiredBy(Duration past) {
        return claim("exp", NOW.minus(past).getEpochSecond());
    }

    public String headerJson() {
        return JSONObjectUtils.toJSONString(header);
    }

    public String claimsJson() {
        return JSONObjectUtils.toJSONString(claims);
    }

    /// Signed with the usual key.
    public String signed() {
        return signed(TestKeys.EC);
    }

    public String signed(ECKey key) {
        return signedAs(headerJson(), claimsJson(), key);
    }

    public static String signedAs(String headerJson, String claimsJson, ECKey key) {
        return signedParts(encode(headerJson), encode(claimsJson), key, true);
    }

    /// Signs these two parts whatever they are; `plain` gives the signature JOSE's form, otherwise it is DER.
    public static String signedParts(String first, String second, ECKey key, boolean plain) {
        try {
            String hash = switch (key.getCurve().getName()) {
                case "P-256" -> "SHA256";
                case "P-384" -> "SHA384";
                default -> "SHA512";
            };
            return first + "." + second + "."
                    + encode(sign(hash + (plain ? "withECDSAinP1363Format" : "withECDSA"), key.toECPrivateKey(),
                            first + "." + second));
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public String signed(RSAKey key) {
        try {
            String input = encode(headerJson()) + "." + encode(claimsJson());
            return input + "." + encode(sign("SHA256withRSA", key.toRSAPrivateKey(), input));
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public String signed(String algorithm, PrivateKey key) {
        String input = encode(headerJson()) + "." + encode(claimsJson());
        return input + "." + encode(sign(algorithm, key, input));
    }

    /// Sealed with a secret, as HS256 does.
    public String sealed(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String input = encode(headerJson()) + "." + encode(claimsJson());
            return input + "." + encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static byte[] sign(String algorithm, PrivateKey key, String input) {
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(input.getBytes(StandardCharsets.US_ASCII));
            return signer.sign();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
