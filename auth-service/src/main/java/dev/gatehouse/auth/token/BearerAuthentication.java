package dev.gatehouse.auth.token;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.request.RequestFilter;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;

/// Finds out who calls, from the bearer token alone: identity headers count for nothing here. Signature and claims first, then the
/// session's row. Blocks on the database; thread-safe.
@Component
public final class BearerAuthentication {

    private static final String SCHEME = "Bearer ";

    private final TokenVerifier verifier;
    private final SharedSecretTokens shared;
    private final Sessions sessions;

    BearerAuthentication(TokenVerifier verifier, SharedSecretTokens shared, Sessions sessions) {
        this.verifier = verifier;
        this.shared = shared;
        this.sessions = sessions;
    }

    /// {@return who calls}
    ///
    /// @param request at hand
    /// @throws Refusal with 401 where nobody proved anything
    public Caller require(HttpServletRequest request) {
        return switch (authenticate(request)) {
            case Answer.Known(Caller caller) -> caller;
            case Answer.Unknown(Problem problem) -> throw problem.refusal();
        };
    }

    /// {@return who calls, where somebody proved it}
    ///
    /// @param request at hand
    public Optional<Caller> find(HttpServletRequest request) {
        return authenticate(request) instanceof Answer.Known(Caller caller) ? Optional.of(caller) : Optional.empty();
    }

    /// {@return what to throw}
    ///
    /// @param request for which [#find] gave nobody
    public Refusal refusal(HttpServletRequest request) {
        return authenticate(request) instanceof Answer.Unknown(Problem problem)
                ? problem.refusal()
                : unknown(ProblemCode.AUTH_INVALID).problem().refusal();
    }

    private Answer authenticate(HttpServletRequest request) {
        Optional<String> token = bearerToken(request);
        if (token.isEmpty()) {
            return new Answer.Unknown(
                    Problem.of(ProblemCode.AUTH_MISSING, "Send an access token in the Authorization header."));
        }
        return switch (verifier.verify(token.get(), shared.isTakenAt(request))) {
            case TokenResult.Valid valid -> withSession(valid, request);
            case TokenResult.Expired() -> new Answer.Unknown(
                    Problem.of(ProblemCode.AUTH_EXPIRED, "Refresh the token, or sign in again."));
            case TokenResult.Invalid() -> unknown(ProblemCode.AUTH_INVALID);
        };
    }

    private Answer withSession(TokenResult.Valid valid, HttpServletRequest request) {
        Optional<Session> living = sessions.findLiving(valid.sessionId(), valid.accountId());
        if (living.isEmpty()) {
            return unknown(ProblemCode.AUTH_REVOKED);
        }
        request.setAttribute(RequestFilter.USER, valid.accountId());
        if (valid.older()) {
            shared.accepted(request);
        }
        return new Answer.Known(new Caller(living.get(), valid.expiresAt(), valid.scopes()));
    }

    private static Answer.Unknown unknown(ProblemCode code) {
        return new Answer.Unknown(Problem.of(code, "Sign in again."));
    }

    /// {@return the token; an empty text, which no token is, where the header comes twice or has a scheme without a token}
    private static Optional<String> bearerToken(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders("Authorization"));
        if (headers.size() > 1) {
            return Optional.of("");
        }
        return headers.stream().map(String::strip)
                .filter(header -> (header + " ").regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> header.length() < SCHEME.length() ? "" : header.substring(SCHEME.length()).strip())
                .findFirst();
    }

    private sealed interface Answer {

        record Known(Caller caller) implements Answer {}

        record Unknown(Problem problem) implements Answer {}
    }
}
