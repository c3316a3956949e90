package dev.gatehouse.gateway.ratelimit;

import dev.gatehouse.gateway.authentication.Caller;

/// Whose requests a [Tally] counts.
///
/// @param rule the limit
/// @param scope the issuer that vouches for the value, or the kind of value where nobody does
/// @param value what is counted by, of bounded length
record TallyKey(Rule rule, String scope, String value) {

    private static final String ADDRESS = "@";
    private static final String SAID = "";

    /// The key that a request counts under.
    static TallyKey of(Rule rule, LimitSubject subject) {
        return switch (rule.spec().per()) {
            case LimitKey.User _ -> subject.caller() instanceof Caller.Authenticated known
                    ? new TallyKey(rule, known.issuerId(), KeyText.bounded(known.subject()))
                    : address(rule, subject);
            case LimitKey.Address _ -> address(rule, subject);
            case LimitKey.Route _ -> new TallyKey(rule, SAID, SAID);
            case LimitKey.Header header ->
                new TallyKey(rule, SAID, KeyText.bounded(subject.headers().first(header.name()).orElse("")));
            case LimitKey.Claim claim -> claim(rule, claim.name(), subject);
        };
    }

    private static TallyKey claim(Rule rule, String name, LimitSubject subject) {
        if (subject.caller() instanceof Caller.Authenticated known) {
            Object value = known.claims().get(name);
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                return new TallyKey(rule, known.issuerId(), KeyText.bounded(value.toString()));
            }
        }
        return address(rule, subject);
    }

    private static TallyKey address(Rule rule, LimitSubject subject) {
        return new TallyKey(rule, ADDRESS, KeyText.network(subject.clientAddress()));
    }

    /// The name of the bucket in Redis.
    String redisKey() {
        return rule.prefix() + KeyText.plainOrHash(scope) + ":" + KeyText.plainOrHash(value);
    }
}
