package dev.gatehouse.auth;

import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import dev.gatehouse.auth.sealing.Sealer;

/// Access tokens as attackers make them; each differs from a good one in one thing.
public final class TestTokens {

    private final ECKey key;
    private final UUID accountId;
    private final UUID sessionId;

    /// For somebody who does not exist.
    public TestTokens(AuthServer server) {
        this(server, UUID.randomUUID(), UUID.randomUUID());
    }

    public TestTokens(AuthServer server, UUID accountId, UUID sessionId) {
        this.key = activeKey(server);
        this.accountId = accountId;
        this.sessionId = sessionId;
    }

    public String good() {
        return signed(header(JWSAlgorithm.ES256).build(), claims().build(), signer(key));
    }

    public String expired() {
        Instant then = Instant.now().minus(Duration.ofMinutes(10));
        return signed(header(JWSAlgorithm.ES256).build(),
                claims().issueTime(Date.from(then)).expirationTime(Date.from(then.plusSeconds(300))).build(), signer(key));
    }

    public String fromTheFuture() {
        Instant then = Instant.now().plus(Duration.ofMinutes(10));
        return signed(header(JWSAlgorithm.ES256).build(),
                claims().issueTime(Date.from(then)).expirationTime(Date.from(then.plusSeconds(300))).build(), signer(key));
    }

    public String unsigned() {
        return base64("{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"" + key.getKeyID() + "\"}") + "."
                + good().split("\\.", -1)[1] + ".";
    }

    public String signedWithThePublicKeyAsSecret() {
        try {
            byte[] secret = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
            return signed(header(JWSAlgorithm.HS256).build(), claims().build(), new MACSigner(secret));
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    public String signedByAStrangerUnderOurKid() {
        return signed(header(JWSAlgorithm.ES256).build(), claims().build(), signer(stranger()));
    }

    public String signedByAStranger() {
        ECKey stranger = stranger();
        return signed(new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("at+jwt")).keyID(stranger.getKeyID())
                .jwk(stranger.toPublicJWK()).build(), claims().build(), signer(stranger));
    }

    public String forAnotherAudience() {
        return signed(header(JWSAlgorithm.ES256).build(), claims().audience("billing").build(), signer(key));
    }

    public String fromAnotherIssuer() {
        return signed(header(JWSAlgorithm.ES256).build(), claims().issuer("https://evil.test").build(), signer(key));
    }

    public String ofAnotherType() {
        return signed(header(JWSAlgorithm.ES256).type(JOSEObjectType.JWT).build(), claims().build(), signer(key));
    }

    public String withoutKid() {
        return signed(header(JWSAlgorithm.ES256).keyID(null).build(), claims().build(), signer(key));
    }

    public String withoutExpiry() {
        return signed(header(JWSAlgorithm.ES256).build(), claims().expirationTime(null).build(), signer(key));
    }

    public String withoutSession() {
        return signed(header(JWSAlgorithm.ES256).build(), claims().claim("sid", null).build(), signer(key));
    }

    public String truncated() {
        return good().substring(0, good().length() - 10);
    }

    public String tampered() {
        String[] parts = good().split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return parts[0] + "." + base64(claims.replace("[\"user\"]", "[\"admin\"]")) + "." + parts[2];
    }

    private static ECKey activeKey(AuthServer server) {
        var row = server.database().sql("SELECT kid, private_jwk FROM signing_key WHERE state = 'active'").query().singleRow();
        byte[] plain = server.bean(Sealer.class).open((byte[]) row.get("private_jwk"), "signing-key:" + row.get("kid"))
                .orElseThrow();
        try {
            return ECKey.parse(new String(plain, StandardCharsets.UTF_8));
        } catch (ParseException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private JWSHeader.Builder header(JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).type(new JOSEObjectType("at+jwt")).keyID(key.getKeyID());
    }

    private JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder().issuer(AuthServer.ISSUER).audience("api").subject(accountId.toString())
                .claim("sid", sessionId.toString()).claim("roles", List.of("user")).issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    private static ECKey stranger() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static JWSSigner signer(ECKey key) {
        try {
            return new ECDSASigner(key);
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
