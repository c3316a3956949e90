package dev.gatehouse.gateway.ratelimit;

/// What a limit counts a request under. Immutable.
///
/// @param scope the issuer that vouches for the value, `@` for an address, empty where nobody vouches
/// @param value what is counted by, of bounded length; a long one is its hash
/// @param bucket the count's name in Redis
public record LimitCount(String scope, String value, String bucket) {

    /// Where the limiter would count the request; nothing is counted.
    ///
    /// @param limit as it [holds][LimitSpec#at] for the caller
    public static LimitCount of(LimitSpec limit, LimitSubject subject) {
        TallyKey key = TallyKey.of(new Rule(subject.routeId(), limit), subject);
        return new LimitCount(key.scope(), key.value(), key.redisKey());
    }
}
