package dev.gatehouse.auth.token;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerMapping;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.keys.SigningKeys;
import dev.gatehouse.auth.request.RequestFilter;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

/// HS256 tokens under `JWT_SECRET`, for clients and services of the systems that are replaced. A client is marked by the path it calls: the old
/// ones, such as `/login` and `/me`, give and take such tokens, those below `/auth` never. They have an issuer of their own, and public keys play no
/// part in them, so none can be mistaken for a secret (RFC 8725 §2.1). Thread-safe; does no I/O.
@Component
public final class SharedSecretTokens {

    private static final String NEW_PATHS = "/auth/";
    private static final Duration LEEWAY = Duration.ofSeconds(5);

    private final Optional<Secret> secret;
    private final String issuer;
    private final Ids ids;
    private final Clock clock;
    private final MeterRegistry meters;

    SharedSecretTokens(Settings settings, Ids ids, Clock clock, MeterRegistry meters) {
        this.secret = settings.keys().sharedSecret();
        this.issuer = settings.issuer() + "/hs256";
        this.ids = ids;
        this.clock = clock;
        this.meters = meters;
    }

    /// {@return a token for whoever calls an old path; the given one for everybody else, and where no secret is set}
    ///
    /// @param request at hand
    /// @param session for which
    /// @param otherwise the access token
    public AccessToken markedOr(HttpServletRequest request, Session session, AccessToken otherwise) {
        if (!isTakenAt(request)) {
            return otherwise;
        }
        note("issued", request);
        return issue(session);
    }

    /// Counts that somebody came with such a token, so that whoever wants to turn them off sees who still needs them.
    void accepted(HttpServletRequest request) {
        note("accepted", request);
    }

    /// {@return whether this path takes such tokens, however it is spelt; none that is not mapped does}
    boolean isTakenAt(HttpServletRequest request) {
        return secret.isPresent() && mapped(request).filter(path -> !path.startsWith(NEW_PATHS)).isPresent();
    }

    TokenResult verify(SignedJWT token) throws JOSEException, ParseException {
        boolean genuine = secret.isPresent() && JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                && token.verify(new MACVerifier(secret.get().reveal()));
        JWTClaimsSet claims = token.getJWTClaimsSet();
        Date expires = claims.getExpirationTime();
        String sid = claims.getStringClaim("sid");
        String user = claims.getStringClaim("user_id");
        if (!genuine || expires == null || sid == null || user == null || !issuer.equals(claims.getIssuer())) {
            return new TokenResult.Invalid();
        }
        return expires.toInstant().isAfter(clock.instant().minus(LEEWAY))
                ? new TokenResult.Valid(UUID.fromString(user), UUID.fromString(sid), expires.toInstant(), List.of(), true)
                : new TokenResult.Expired();
    }

    /// The label is a path as it is mapped, of which there are few; the line of the access log tells who it was.
    private void note(String use, HttpServletRequest request) {
        meters.counter("gatehouse.hs256", "use", use, "path", mapped(request).orElse("other")).increment();
        request.setAttribute(RequestFilter.HS256, use);
    }

    /// {@return the path as it is mapped: the one of the request may be spelt in other ways, such as `/%61uth/me`}
    private static Optional<String> mapped(HttpServletRequest request) {
        return Optional.ofNullable(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)).map(Object::toString);
    }

    private AccessToken issue(Session session) {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build(),
                claims(session));
        try {
            token.sign(new MACSigner(secret.orElseThrow().reveal()));
        } catch (JOSEException broken) {
            throw new IllegalStateException("cannot sign under the shared secret", broken);
        }
        return new AccessToken(token.serialize(), SigningKeys.TOKEN_LIFETIME);
    }

    /// No `aud`: libraries that were told of no audience refuse tokens that have one.
    private JWTClaimsSet claims(Session session) {
        Account account = session.account();
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder().issuer(issuer).subject(account.id().toString()).issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(SigningKeys.TOKEN_LIFETIME))).jwtID(ids.next().toString())
                .claim("user_id", account.id().toString()).claim("username", account.username().value())
                .claim("email", account.email().value()).claim("is_admin", account.isAdmin())
                .claim("preferred_username", account.username().value()).claim("roles", account.roles())
                .claim("sid", session.id().toString()).build();
    }
}
