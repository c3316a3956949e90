package dev.gatehouse.gateway.refusal;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import dev.gatehouse.gateway.authentication.AuthenticationResult;
import dev.gatehouse.gateway.authorization.Decision;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Rejection.Field;
import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.ratelimit.Admission;
import dev.gatehouse.gateway.ratelimit.RateLimitFields;
import dev.gatehouse.gateway.resilience.ClientFailure;
import dev.gatehouse.gateway.resilience.UpstreamFailure;

/// Turns what the stages decided into the answers of the error contract. Pure.
public final class Refusals {

    // RFC 6750 §3: without credentials no error code, so that the caller learns only that a token is needed.
    private static final List<Field> SIGN_IN = challenge("");
    // Told to whoever asks for another version, or for none (RFC 6455 §4.4).
    private static final List<Field> VERSION = List.of(new Field("Sec-WebSocket-Version", "13"));
    private static final List<Field> INVALID_TOKEN = challenge(", error=\"invalid_token\"");

    private Refusals() {}

    /// The route wants to know who is calling and nobody is.
    public static Rejection signInNeeded() {
        return new Rejection(Code.AUTH_MISSING, SIGN_IN);
    }

    /// The caller may not.
    ///
    /// @param missingScopes space separated; empty when scopes are not the reason
    public static Rejection denied(String missingScopes) {
        return missingScopes.isEmpty()
                ? new Rejection(Code.ACCESS_DENIED)
                : new Rejection(Code.ACCESS_DENIED, challenge(", error=\"insufficient_scope\", scope=\"" + missingScopes + '"'));
    }

    /// RFC 9470 §3. The values come from `routes.yml`, where they are visible ASCII without quotes.
    public static Rejection stepUp(Decision.StepUpNeeded needed) {
        StringBuilder parameters = new StringBuilder(", error=\"insufficient_user_authentication\"");
        if (!needed.acrValues().isEmpty()) {
            parameters.append(", acr_values=\"").append(String.join(" ", needed.acrValues())).append('"');
        }
        needed.maxAge().ifPresent(age -> parameters.append(", max_age=\"").append(age.toSeconds()).append('"'));
        return new Rejection(Code.AUTH_STEP_UP, challenge(parameters.toString()));
    }

    /// The credentials are not accepted.
    public static Rejection token(AuthenticationResult.Reason reason) {
        return new Rejection(switch (reason) {
            case INVALID -> Code.AUTH_INVALID;
            case EXPIRED -> Code.AUTH_EXPIRED;
            case REVOKED -> Code.AUTH_REVOKED;
        }, INVALID_TOKEN);
    }

    /// The route wants a client certificate and there is none.
    public static Rejection certificateNeeded() {
        return new Rejection(Code.AUTH_CERTIFICATE_MISSING);
    }

    /// The client certificate is not accepted.
    public static Rejection certificate() {
        return new Rejection(Code.AUTH_CERTIFICATE_INVALID);
    }

    /// Routes take the address, none the method.
    public static Rejection methodNotAllowed(Set<String> allowed) {
        return new Rejection(Code.ROUTE_METHOD, List.of(new Field("Allow", String.join(", ", allowed))));
    }

    /// A limit is used up.
    ///
    /// @param policy the route's `RateLimit-Policy`
    public static Rejection exceeded(Admission.Exceeded exceeded, String policy) {
        return new Rejection(Code.LIMIT_EXCEEDED,
                List.of(new Field(RateLimitFields.POLICY, policy),
                        new Field(RateLimitFields.STANDING, RateLimitFields.standing(exceeded.standings())),
                        new Field("Retry-After", RateLimitFields.retryAfter(exceeded.retryAfter()))));
    }

    /// Too many requests are under way, whosever they are.
    public static Rejection busy() {
        return new Rejection(Code.GATEWAY_OVERLOADED, retryAfter(Duration.ofSeconds(1)));
    }

    /// Too many requests of this caller are under way.
    public static Rejection tooManyAtOnce() {
        return new Rejection(Code.LIMIT_EXCEEDED, retryAfter(Duration.ofSeconds(1)));
    }

    /// A WebSocket is asked for in a way that servers could read differently.
    public static Rejection handshake() {
        return new Rejection(Code.REQUEST_MALFORMED, VERSION);
    }

    /// The rest of the request cannot be read.
    public static Rejection unreadable(Unreadable why) {
        return new Rejection(why.code(), List.of(new Field("Connection", "close")), why);
    }

    /// A stage's refusal as it is, an upstream's failure by its kind, and a fault of ours as what it is.
    public static Rejection of(Throwable failure) {
        if (failure instanceof Rejection rejection) {
            return rejection;
        }
        if (failure instanceof ClientFailure client) {
            return new Rejection(client.kind() == ClientFailure.Kind.GONE ? Code.REQUEST_ABORTED : Code.REQUEST_TIMEOUT,
                    List.of(new Field("Connection", "close")), client);
        }
        return UpstreamFailure.of(failure).map(Refusals::upstream)
                .orElseGet(() -> new Rejection(Code.GATEWAY_ERROR, List.of(), failure));
    }

    private static Rejection upstream(UpstreamFailure failure) {
        return switch (failure.kind()) {
            case OPEN -> new Rejection(Code.UPSTREAM_OPEN, retryAfter(failure.retryAfter()), failure);
            case BUSY -> new Rejection(Code.GATEWAY_OVERLOADED, retryAfter(failure.retryAfter()), failure);
            case TIMEOUT -> new Rejection(Code.UPSTREAM_TIMEOUT, List.of(), failure);
            case UNREACHABLE -> new Rejection(Code.UPSTREAM_UNREACHABLE, List.of(), failure);
            case BAD_RESPONSE, ABORTED, STALE, UNAVAILABLE, UNPROCESSED ->
                new Rejection(Code.UPSTREAM_BAD_RESPONSE, List.of(), failure);
        };
    }

    /// Nobody can judge the credentials now.
    public static Rejection unavailable() {
        return new Rejection(Code.AUTH_UNAVAILABLE, retryAfter(Duration.ofSeconds(1)));
    }

    private static List<Field> retryAfter(Duration wait) {
        return List.of(new Field("Retry-After", RateLimitFields.retryAfter(wait)));
    }

    private static List<Field> challenge(String parameters) {
        return List.of(new Field("WWW-Authenticate", "Bearer realm=\"gatehouse\"" + parameters));
    }
}
