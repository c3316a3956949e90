package dev.gatehouse.auth.token;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.keys.SigningKeys;
import dev.gatehouse.auth.keys.VerifyingKey;
import dev.gatehouse.auth.settings.Settings;

/// Checks our own access tokens: type, algorithm, key, signature, issuer, audience and time (RFC 9068 §4). Thread-safe; does no
/// I/O; an unknown key is a refusal, not an error.
@Component
final class TokenVerifier {

    // The clocks of two instances of this service differ by less.
    private static final Duration LEEWAY = Duration.ofSeconds(5);
    private static final int LONGEST = 8192;

    private final SigningKeys keys;
    private final SharedSecretTokens shared;
    private final Settings settings;
    private final Clock clock;

    TokenVerifier(SigningKeys keys, SharedSecretTokens shared, Settings settings, Clock clock) {
        this.keys = keys;
        this.shared = shared;
        this.settings = settings;
        this.clock = clock;
    }

    /// @param sharedSecret whether tokens of older clients are taken here too
    TokenResult verify(String text, boolean sharedSecret) {
        if (text.length() > LONGEST) {
            return new TokenResult.Invalid();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (sharedSecret && JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())) {
                return shared.verify(token);
            }
            if (!isSignedByUs(token)) {
                return new TokenResult.Invalid();
            }
            return judge(token.getJWTClaimsSet());
        } catch (ParseException | JOSEException | IllegalArgumentException notToken) {
            return new TokenResult.Invalid();
        }
    }

    private boolean isSignedByUs(SignedJWT token) throws JOSEException {
        JWSHeader header = token.getHeader();
        if (!TokenIssuer.AT_JWT.equals(header.getType()) || header.getKeyID() == null) {
            return false;
        }
        Optional<VerifyingKey> key = keys.find(header.getKeyID());
        return key.isPresent() && key.get().algorithm().equals(header.getAlgorithm()) && token.verify(key.get().verifier());
    }

    private TokenResult judge(JWTClaimsSet claims) throws ParseException {
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        String subject = claims.getSubject();
        String sid = claims.getStringClaim("sid");
        if (expires == null || issued == null || subject == null || sid == null
                || !settings.issuer().equals(claims.getIssuer())
                || !claims.getAudience().contains(settings.audience())) {
            return new TokenResult.Invalid();
        }
        Instant now = clock.instant();
        if (issued.toInstant().isAfter(now.plus(LEEWAY))) {
            return new TokenResult.Invalid();
        }
        if (!expires.toInstant().isAfter(now.minus(LEEWAY))) {
            return new TokenResult.Expired();
        }
        String scope = Objects.requireNonNullElse(claims.getStringClaim("scope"), "");
        return new TokenResult.Valid(UUID.fromString(subject), UUID.fromString(sid), expires.toInstant(),
                List.of(scope.split(" ", -1)), false);
    }
}
