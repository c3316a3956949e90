package dev.gatehouse.gateway.authentication;

import java.time.Clock;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.AcceptedIssuers.TokenCookie;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Source;
import dev.gatehouse.gateway.authentication.introspection.Introspected;
import dev.gatehouse.gateway.authentication.jose.CompactToken;
import dev.gatehouse.gateway.authentication.jose.ProvenHeaders;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;
import dev.gatehouse.gateway.authentication.jose.Verification;

/// Believes bearer tokens (RFC 6750 §2.1) of the current [Issuers], and takes them from `Authorization`, or from a cookie where an issuer says
/// so and the route accepts that issuer; never from the query.
///
/// Two fields, two tokens in one, two cookies or a cookie with another token than the field are
/// [AuthenticationResult.Ambiguous] even if the first is good.
public final class BearerTokenAuthenticator implements Authenticator {

    private static final Mono<AuthenticationResult> MISSING = Mono.just(new AuthenticationResult.Missing());
    private static final Mono<AuthenticationResult> AMBIGUOUS = Mono.just(new AuthenticationResult.Ambiguous());
    private static final Mono<AuthenticationResult> UNAVAILABLE = Mono.just(new AuthenticationResult.Unavailable());
    private static final Mono<AuthenticationResult> EXPIRED = refused(Reason.EXPIRED, "exp: past");
    private static final Mono<AuthenticationResult> ELSEWHERE = refused(Reason.INVALID, "iss: not accepted here");
    private static final Mono<AuthenticationResult> REVOKED = refused(Reason.REVOKED, "sid: session ended");

    private final Issuers issuers;
    private final Revocations revocations;
    private final Clock clock;
    private final KnownCallers known = new KnownCallers();
    private final VerifiedTokens verified = new VerifiedTokens();
    private final ProvenHeaders headers = new ProvenHeaders();

    /// Believes tokens of these issuers, unless their session is among the revocations.
    public BearerTokenAuthenticator(Issuers issuers, Revocations revocations, Clock clock) {
        this.issuers = issuers;
        this.revocations = revocations;
        this.clock = clock;
    }

    /// How many signatures were checked and found good.
    public long verified() {
        return verified.remembered();
    }

    /// How many tokens had been verified before.
    public long remembered() {
        return verified.found();
    }

    /// How many JOSE headers need not be read again.
    int headers() {
        return headers.size();
    }

    @Override
    public Mono<AuthenticationResult> authenticate(List<String> authorizationFields, List<String> cookieFields,
            AcceptedIssuers accepted, String client) {
        if (cookieFields.isEmpty() || accepted.cookies().isEmpty()) {
            return header(authorizationFields, accepted, null, client);
        }
        return switch (CookieToken.in(cookieFields, accepted.cookies())) {
            case CookieToken.None _ -> header(authorizationFields, accepted, null, client);
            case CookieToken.Several _ -> AMBIGUOUS;
            case CookieToken.One cookie -> header(authorizationFields, accepted, cookie, client);
        };
    }

    private Mono<AuthenticationResult> header(List<String> fields, AcceptedIssuers accepted, CookieToken.@Nullable One cookie,
            String client) {
        return switch (HeaderToken.in(fields)) {
            case HeaderToken.None _ -> cookie == null ? MISSING : token(cookie.token(), 0, accepted, cookie.cookie(), client);
            case HeaderToken.Several _ -> AMBIGUOUS;
            case HeaderToken.Malformed(String reason) -> refused(Reason.INVALID, reason);
            case HeaderToken.One(String field, int from) -> cookie == null || cookie.token().equals(field.substring(from))
                    ? token(field, from, accepted, null, client)
                    : AMBIGUOUS;
        };
    }

    /// Judges a token. One that was seen before is not copied out of its field.
    ///
    /// @param field ends with the token
    /// @param from where the token begins; what is ahead of it is ASCII
    /// @param cookie the cookie that it came in; null: it came in the header
    private Mono<AuthenticationResult> token(String field, int from, AcceptedIssuers accepted,
            @Nullable TokenCookie cookie, String client) {
        if (field.length() - from > CompactToken.MAX_LENGTH) {
            return refused(Reason.INVALID, "longer than " + CompactToken.MAX_LENGTH + " characters");
        }
        if (field.indexOf(',', from) >= 0 || field.indexOf(' ', from) > from) {
            return AMBIGUOUS;
        }
        TokenDigest key = TokenDigest.of(field, from);
        VerifiedTokens.Memory memory = verified.find(key);
        if (memory == null) {
            return read(field.substring(from), key, accepted, cookie, client);
        }
        long now = clock.millis();
        if (!issuers.vouchFor(memory.issuer(), memory.key(), now)) {
            verified.forget(key);
            return read(field.substring(from), key, accepted, cookie, client);
        }
        if (!mayCome(memory.issuer().spec().id(), accepted, cookie)) {
            return ELSEWHERE;
        }
        if (now >= memory.until()) {
            return EXPIRED;
        }
        return revocations.revoked(memory.caller()) ? REVOKED : cookie == null ? memory.fromHeader() : memory.fromCookie();
    }

    /// Asked after the memory: the same token may be good on one route and not on another.
    private static boolean mayCome(String issuerId, AcceptedIssuers accepted, @Nullable TokenCookie cookie) {
        return accepted.take(issuerId) && (cookie == null || cookie.issuers().contains(issuerId));
    }

    private Mono<AuthenticationResult> read(String token, TokenDigest key, AcceptedIssuers accepted,
            @Nullable TokenCookie cookie, String client) {
        return switch (CompactToken.read(token, headers)) {
            case CompactToken.Malformed malformed -> mayBeOpaque(token, accepted)
                    ? opaque(token, key, accepted, cookie, client)
                    : refused(Reason.INVALID, malformed.reason());
            case CompactToken.Unverified unverified -> {
                Trusted issuer = unverified.issuer().map(issuers::find).orElse(null);
                if (issuer == null) {
                    yield refused(Reason.INVALID, "iss: unknown");
                }
                yield !mayCome(issuer.spec().id(), accepted, cookie) ? ELSEWHERE : switch (issuer) {
                    case Trusted.Signing signing ->
                        new Case(unverified, key, token.length(), signing, cookie != null).judge(false);
                    case Trusted.Sharing sharing -> shared(sharing, unverified, key, token.length(), cookie);
                    case Trusted.Asked asked -> ask(asked, token, key, cookie, client);
                };
            }
        };
    }

    /// The outcome is not remembered: a MAC is checked faster than a memory is looked after.
    private Mono<AuthenticationResult> shared(Trusted.Sharing issuer, CompactToken.Unverified token, TokenDigest key, int length,
            @Nullable TokenCookie cookie) {
        AuthenticationResult result = issuer.verifier().verify(token, cookie == null ? Source.HEADER : Source.COOKIE,
                clock.instant());
        if (!(result instanceof AuthenticationResult.Proven(Caller.Authenticated caller, Source source))) {
            return Mono.just(result);
        }
        headers.remember(token);
        return revocations.revoked(caller)
                ? REVOKED
                : Mono.just(new AuthenticationResult.Proven(known.same(key, caller, length), source));
    }

    /// Whether the route's introspecting issuer may be told this token, which is no JWS. Something that begins like one, but is none, may be
    /// another issuer's: where the route takes signed tokens too, it is told to nobody.
    private static boolean mayBeOpaque(String token, AcceptedIssuers accepted) {
        return accepted.introspecting().isPresent() && HeaderToken.isToken68(token)
                && !(accepted.ids().size() > 1 && token.startsWith("eyJ") && token.indexOf('.') >= 0);
    }

    private Mono<AuthenticationResult> opaque(String token, TokenDigest key, AcceptedIssuers accepted,
            @Nullable TokenCookie cookie, String client) {
        return accepted.introspecting().map(issuers::find).orElse(null) instanceof Trusted.Asked asked
                && mayCome(asked.spec().id(), accepted, cookie) ? ask(asked, token, key, cookie, client) : ELSEWHERE;
    }

    private Mono<AuthenticationResult> ask(Trusted.Asked issuer, String token, TokenDigest key, @Nullable TokenCookie cookie,
            String client) {
        Source source = cookie == null ? Source.HEADER : Source.COOKIE;
        return issuer.introspector().ask(key, token, client).map(answer -> switch (answer) {
            case Introspected.Active(Caller.Authenticated caller) -> revocations.revoked(caller)
                    ? new AuthenticationResult.Refused(Reason.REVOKED, "sid: session ended")
                    : new AuthenticationResult.Proven(caller, source);
            case Introspected.Inactive(String reason) -> new AuthenticationResult.Refused(Reason.INVALID, reason);
            case Introspected.Expired _ -> new AuthenticationResult.Refused(Reason.EXPIRED, "exp: past");
            case Introspected.Unavailable _ -> new AuthenticationResult.Unavailable();
        });
    }

    private static Mono<AuthenticationResult> refused(Reason reason, String detail) {
        return Mono.just(new AuthenticationResult.Refused(reason, detail));
    }

    /// One token that has to be verified; judged a second time when keys had to be waited for.
    private final class Case {

        private final CompactToken.Unverified token;
        private final TokenDigest key;
        private final int length;
        private final Trusted.Signing issuer;
        private final boolean fromCookie;

        Case(CompactToken.Unverified token, TokenDigest key, int length, Trusted.Signing issuer, boolean fromCookie) {
            this.token = token;
            this.key = key;
            this.length = length;
            this.issuer = issuer;
            this.fromCookie = fromCookie;
        }

        Mono<AuthenticationResult> judge(boolean again) {
            if (!issuer.keys().usableAt(clock.millis())) {
                return again ? UNAVAILABLE : issuer.keys().arrival().then(Mono.defer(() -> judge(true)));
            }
            return switch (issuer.verifier().verify(token, issuer.keys().current(), clock.instant())) {
                case Verification.Verified proof -> proven(proof);
                case Verification.Expired _ -> EXPIRED;
                case Verification.Invalid invalid -> refused(Reason.INVALID, invalid.reason());
                case Verification.UnknownKey unknown -> again ? unknown(unknown.kid()) : renewed(unknown.kid());
            };
        }

        private Mono<AuthenticationResult> proven(Verification.Verified proof) {
            VerifiedTokens.Memory memory = VerifiedTokens.Memory.of(proof.caller(), issuer, proof.key(), length);
            verified.remember(key, memory);
            headers.remember(token);
            return revocations.revoked(proof.caller()) ? REVOKED : fromCookie ? memory.fromCookie() : memory.fromHeader();
        }

        private Mono<AuthenticationResult> renewed(String kid) {
            return issuer.keys().renewalFor(kid).then(Mono.defer(() -> judge(true)));
        }

        private Mono<AuthenticationResult> unknown(String kid) {
            issuer.keys().rememberUnknown(kid);
            return refused(Reason.INVALID, "header kid: no such key");
        }
    }
}
