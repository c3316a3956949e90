package dev.gatehouse.gateway.authentication.keys;

import java.time.Instant;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.jose.KeySet;
import dev.gatehouse.gateway.authentication.jose.VerificationKey;

/// What an issuer said last of its keys. Immutable.
///
/// @param said when
/// @param untilMillis until when it is believed
record KnownKeys(KeySet keys, Instant said, long untilMillis) {

    /// Before it said anything.
    static final KnownKeys NONE = new KnownKeys(KeySet.NONE, Instant.EPOCH, Long.MIN_VALUE);

    KnownKeys(KeySet keys, Instant said, Instant until) {
        this(keys, said, until.toEpochMilli());
    }

    /// Whether it is believed at this time, in milliseconds.
    boolean areUsableAt(long now) {
        return now < untilMillis;
    }

    boolean vouchFor(VerificationKey key, long now) {
        return areUsableAt(now) && keys.holds(key);
    }

    /// Empty if it never said anything good.
    Optional<IssuerKeys.Snapshot> snapshot() {
        return keys.source().isEmpty() ? Optional.empty() : Optional.of(new IssuerKeys.Snapshot(keys.source(), said));
    }
}
