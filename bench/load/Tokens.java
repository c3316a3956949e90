package load;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// Keys for one run, and tokens that `bench/routes.yml` accepts. Thread-safe.
public final class Tokens {

    /// What a token is signed with.
    public enum Algorithm {
        /// RSA with 2048 bits.
        RS256("SHA256withRSA"),
        /// ECDSA on P-256.
        ES256("SHA256withECDSAinP1363Format");

        private final String signature;

        Algorithm(String signature) {
            this.signature = signature;
        }
    }

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String issuer;
    private final KeyPair rsa;
    private final KeyPair ec;
    private final long now = Instant.now().getEpochSecond();

    /// Makes the keys.
    public Tokens(String issuer) {
        this.issuer = issuer;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            rsa = generator.generateKeyPair();
            generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            ec = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A new token of a user; no two are the same.
    public String sign(Algorithm algorithm, int user) {
        try {
            String header = "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(algorithm, algorithm);
            String claims = """
                    {"iss":"%s","aud":"api","sub":"user-%07d","iat":%d,"exp":%d,"jti":"%s","email":"user%d@example.com",\
                    "preferred_username":"user%d","roles":["user","editor"],"scope":"read write"}"""
                    .formatted(issuer, user, now, now + 86_400, UUID.randomUUID(), user, user);
            String signed = encoded(header.getBytes(StandardCharsets.UTF_8)) + '.' + encoded(claims.getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance(algorithm.signature);
            signature.initSign((algorithm == Algorithm.RS256 ? rsa : ec).getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + '.' + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Tokens of so many users, signed on all processors.
    public List<String> sign(Algorithm algorithm, int first, int count) {
        return IntStream.range(first, first + count).parallel().mapToObj(user -> sign(algorithm, user)).toList();
    }

    /// What a token's issuer publishes (RFC 7517).
    public String keySet() {
        RSAPublicKey modulus = (RSAPublicKey) rsa.getPublic();
        ECPublicKey point = (ECPublicKey) ec.getPublic();
        return """
                {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"RS256","n":"%s","e":"%s"},\
                {"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"ES256","x":"%s","y":"%s"}]}"""
                .formatted(number(modulus.getModulus(), 256), number(modulus.getPublicExponent(), 3), number(point.getW().getAffineX(), 32),
                        number(point.getW().getAffineY(), 32));
    }

    /// A public key, for those who want a file of it.
    public String pem(Algorithm algorithm) {
        PublicKey key = (algorithm == Algorithm.RS256 ? rsa : ec).getPublic();
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /// The octets of a request as clients of such services send it.
    public static byte[] request(String path, String token) {
        String credentials = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + credentials
                + "Accept: application/json\r\nUser-Agent: bench\r\nAccept-Encoding: gzip, br\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String number(BigInteger number, int octets) {
        byte[] bytes = number.toByteArray();
        byte[] whole = new byte[octets];
        int length = Math.min(octets, bytes.length); // a sign may stand in front
        System.arraycopy(bytes, bytes.length - length, whole, octets - length, length);
        return encoded(whole);
    }

    private static String encoded(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }
}
