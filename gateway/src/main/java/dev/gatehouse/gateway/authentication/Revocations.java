package dev.gatehouse.gateway.authentication;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sessions that have been ended before their tokens have. Asked on every request, also for remembered tokens. Thread-safe; asking
/// costs one or two look-ups in memory.
///
/// Bounded: when more than [#MAX_ENTRIES] sessions would have to be known at once, every token issued before that moment is refused instead
/// and the sessions are forgotten: each of them is older than that. Users then refresh once; nobody who was logged out gets in.
public final class Revocations {

    static final int MAX_ENTRIES = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);
    private static final long NEVER = Long.MIN_VALUE;

    private final Clock clock;
    private final int maxEntries;
    private final ConcurrentHashMap<String, Long> untilBySession = new ConcurrentHashMap<>();
    private volatile long refusedUpTo = NEVER; // seconds, compared with `iat`

    /// Nothing revoked.
    public Revocations(Clock clock) {
        this(clock, MAX_ENTRIES);
    }

    Revocations(Clock clock, int maxEntries) {
        this.clock = clock;
        this.maxEntries = maxEntries;
    }

    /// Whether the caller's session has been ended.
    public boolean revoked(Caller.Authenticated caller) {
        if (refusedUpTo != NEVER
                && !(caller.claims().get("iat") instanceof Number issued && issued.doubleValue() > refusedUpTo)) {
            return true;
        }
        return caller.claims().get("sid") instanceof String session && untilBySession.containsKey(session);
    }

    /// How many sessions are known to be ended.
    public int entries() {
        return untilBySession.size();
    }

    /// Ends a session for as long as a token of it could be taken: beyond its end by the tolerance that an issuer may have for clocks.
    ///
    /// @param until after which no token of it is valid by its own `exp`
    void revoke(String session, Instant until) {
        long last = until.plus(IssuerSpec.MOST_LEEWAY).getEpochSecond();
        if (last < clock.instant().getEpochSecond()) {
            return;
        }
        untilBySession.merge(session, last, Math::max);
        if (untilBySession.mappingCount() > maxEntries) {
            overflow();
        }
    }

    /// Drops the sessions whose tokens have all ended.
    void forgetEnded() {
        long now = clock.instant().getEpochSecond();
        untilBySession.values().removeIf(until -> until < now);
    }

    private void overflow() {
        forgetEnded();
        if (untilBySession.mappingCount() > maxEntries) {
            refusedUpTo = clock.instant().getEpochSecond();
            untilBySession.clear();
            LOG.atError().addKeyValue("max", maxEntries)
                    .log("Too many revoked sessions: all tokens issued until now are refused");
        }
    }
}
