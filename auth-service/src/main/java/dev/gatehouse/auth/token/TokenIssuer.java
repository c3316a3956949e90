package dev.gatehouse.auth.token;

import java.time.Clock;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.keys.SigningKey;
import dev.gatehouse.auth.keys.SigningKeys;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.settings.Settings;

/// Signs access tokens. Does no I/O; thread-safe.
@Component
public final class TokenIssuer {

    /// Type of an access token (RFC 9068 §2.1).
    static final JOSEObjectType AT_JWT = new JOSEObjectType("at+jwt");

    private final SigningKeys keys;
    private final Settings settings;
    private final Ids ids;
    private final Clock clock;

    TokenIssuer(SigningKeys keys, Settings settings, Ids ids, Clock clock) {
        this.keys = keys;
        this.settings = settings;
        this.ids = ids;
        this.clock = clock;
    }

    /// {@return a fresh token}
    ///
    /// @param session for which
    public AccessToken issue(Session session) {
        SigningKey key = keys.active();
        JWSHeader header = new JWSHeader.Builder(key.algorithm()).type(AT_JWT).keyID(key.kid()).build();
        SignedJWT token = new SignedJWT(header, claims(session));
        try {
            token.sign(key.signer());
        } catch (JOSEException broken) {
            throw new IllegalStateException("cannot sign with the active key", broken);
        }
        return new AccessToken(token.serialize(), SigningKeys.TOKEN_LIFETIME);
    }

    private JWTClaimsSet claims(Session session) {
        Account account = session.account();
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .subject(account.id().toString())
                .audience(settings.audience())
                .claim("client_id", session.clientId())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(SigningKeys.TOKEN_LIFETIME)))
                .jwtID(ids.next().toString())
                .claim("sid", session.id().toString())
                .claim("auth_time", session.authenticatedAt().getEpochSecond())
                .claim("acr", session.assurance().acr())
                .claim("amr", session.assurance().amr())
                .claim("scope", String.join(" ", account.scopes()))
                .claim("roles", account.roles())
                .claim("preferred_username", account.username().value())
                .claim("email", account.email().value())
                .build();
    }
}
