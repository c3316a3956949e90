package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.Objects;

import dev.gatehouse.gateway.bucket.WindowBucket;

/// One limit, prepared for counting. Equal for the same limit of the same route, or of all routes where they share it, so that counts outlive a
/// reload that did not change it.
final class Rule {

    /// Up to this many requests per window every single one is agreed with Redis.
    static final long EXACT = 100;

    /// Stands for all routes; no route's id can be this.
    private static final String SHARED = "@shared";

    /// Greater limits are drawn in shares of 1/250, 0.4 %.
    private static final long SHARES = 250;

    /// All instances together grant at most 1/125, 0.8 %, on credit.
    private static final long CREDITS = 125;

    /// In windows longer than this, requests granted on credit are reported at once: an instance that restarts would forget them.
    private static final Duration SHORT = Duration.ofSeconds(10);

    private final String owner;
    private final LimitSpec spec;
    private final int hash;
    private final WindowBucket bucket;
    private final String prefix;
    private final long everyMillis;
    private final long share;
    private final boolean reportsAtOnce;

    Rule(String routeId, LimitSpec spec) {
        this.owner = spec.shared() ? SHARED : routeId;
        this.spec = spec;
        hash = Objects.hash(owner, spec);
        bucket = new WindowBucket(spec.requests(), spec.every());
        prefix = "gatehouse:limit:" + KeyText.plainOrHash(owner) + ":" + spec.name() + ":" + spec.requests() + "/"
                + spec.every().toSeconds()
                + ":" + kind(spec.per()) + ":";
        everyMillis = spec.every().toMillis();
        share = spec.requests() <= EXACT ? 0 : Math.max(1, spec.requests() / SHARES);
        reportsAtOnce = spec.every().compareTo(SHORT) > 0;
    }

    LimitSpec spec() {
        return spec;
    }

    WindowBucket bucket() {
        return bucket;
    }

    /// Begins the Redis keys of this rule: a limit that changed starts afresh under another key.
    String prefix() {
        return prefix;
    }

    long everyMillis() {
        return everyMillis;
    }

    /// Tokens drawn ahead of need; 0: none.
    long share() {
        return share;
    }

    /// Requests that one of so many instances grants at a window's start before it asks Redis.
    long credit(int instances) {
        return share == 0 ? 0 : spec.requests() / (CREDITS * Math.max(2, instances));
    }

    boolean reportsAtOnce() {
        return reportsAtOnce;
    }

    private static String kind(LimitKey per) {
        return switch (per) {
            case LimitKey.User _ -> "u";
            case LimitKey.Address _ -> "a";
            case LimitKey.Route _ -> "r";
            case LimitKey.Header header -> "h." + KeyText.plainOrHash(header.name());
            case LimitKey.Claim claim -> "c." + KeyText.plainOrHash(claim.name());
        };
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Rule that && hash == that.hash && owner.equals(that.owner)
                && spec.equals(that.spec));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
