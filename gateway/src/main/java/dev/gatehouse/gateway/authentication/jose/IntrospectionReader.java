package dev.gatehouse.gateway.authentication.jose;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.IssuerSpec;

/// Reads what an issuer says about a token (RFC 7662 §2.2), and holds its claims to the same rules as those of a signed token: that an
/// issuer calls a token active does not mean that it is for us. Only `iss` may be absent, since the issuer itself was asked. Thread-safe.
public final class IntrospectionReader {

    private final IssuerSpec issuer;
    private final ClaimRules rules;

    /// For the answers of this issuer.
    public IntrospectionReader(IssuerSpec issuer) {
        this.issuer = issuer;
        this.rules = new ClaimRules(issuer);
    }

    /// Reads one answer.
    public Reading read(String json, Instant now) {
        Map<String, @Nullable Object> claims;
        try {
            claims = StrictJson.object(json.strip(), "introspection");
        } catch (Refusal refusal) {
            return new Unusable(refusal.reason());
        }
        if (!(claims.remove("active") instanceof Boolean active)) {
            return new Unusable("introspection: active is neither true nor false");
        }
        return active ? active(claims, now) : new Inactive("introspection: not active");
    }

    private Reading active(Map<String, @Nullable Object> claims, Instant now) {
        try {
            if (claims.containsKey("token_type") && !(claims.remove("token_type") instanceof String type && isBearer(type))) {
                throw new Refusal("introspection: not a bearer token");
            }
            claims.putIfAbsent("iss", issuer.issuer());
            double expiry = rules.check(claims, now);
            return rules.isCurrent(expiry, now) ? new Active(rules.caller(claims, expiry)) : new Expired();
        } catch (Refusal refusal) {
            return new Inactive(refusal.reason());
        }
    }

    private static boolean isBearer(String type) {
        return type.equalsIgnoreCase("Bearer") || type.equalsIgnoreCase("access_token"); // some servers say what kind of token it is
    }

    /// What an answer says.
    public sealed interface Reading {}

    /// The token is good, and meant for us.
    public record Active(Caller.Authenticated caller) implements Reading {}

    /// The token is no good.
    ///
    /// @param reason for the log; holds nothing of the answer but the names of members
    public record Inactive(String reason) implements Reading {}

    /// The token would be good had it not expired.
    public record Expired() implements Reading {}

    /// Not an answer that could be worked with.
    ///
    /// @param reason for the log
    public record Unusable(String reason) implements Reading {}
}
