package dev.gatehouse.auth.keys.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.gatehouse.auth.keys.KeyRecord;
import dev.gatehouse.auth.keys.KeyRecord.State;
import dev.gatehouse.auth.keys.SigningKeys;
import dev.gatehouse.auth.settings.KeySettings;

/// What is due, from the keys there are and the time alone. A key never signs before it was published for as long as the settings say, and
/// however far a clock jumps ahead, one key follows: the one after it is published only then. A jump back delays. Thread-safe.
final class KeySchedule {

    private static final Duration SKEW = Duration.ofMinutes(1);

    private final KeySettings settings;

    KeySchedule(KeySettings settings) {
        this.settings = settings;
    }

    Step due(List<KeyRecord> keys, Instant now) {
        Optional<KeyRecord> active = in(State.ACTIVE, keys);
        Optional<KeyRecord> next = in(State.NEXT, keys);
        List<String> ahead = keys.stream().filter(key -> key.since().isAfter(now.plus(SKEW))).map(KeyRecord::kid).toList();
        if (active.isEmpty()) {
            return new Step.Begin();
        }
        if (!ahead.isEmpty()) {
            return new Step.Mend(ahead);
        }
        if (next.isEmpty()) {
            return new Step.Publish();
        }
        if (!earliest(next.get()).isAfter(now)) {
            Optional<Reason> reason = reason(active.get(), next.get(), now);
            if (reason.isPresent()) {
                return new Step.Rotate(active.get().kid(), next.get().kid(), reason.get());
            }
        }
        List<String> dead = keys.stream().filter(key -> key.state() == State.RETIRED && !gone(key).isAfter(now))
                .map(KeyRecord::kid)
                .toList();
        return dead.isEmpty() ? new Step.Nothing() : new Step.Remove(dead);
    }

    /// {@return from when on a next key may sign}
    Instant earliest(KeyRecord next) {
        return next.since().plus(settings.schedule().published());
    }

    /// {@return when the next key takes over by itself}
    Instant takeover(KeyRecord active, KeyRecord next) {
        Instant scheduled = active.since().plus(settings.schedule().rotation());
        return (!fits(active) && fits(next)) || scheduled.isBefore(earliest(next)) ? earliest(next) : scheduled;
    }

    /// {@return when a retired key is removed}
    Instant gone(KeyRecord retired) {
        return retired.since().plus(SigningKeys.TOKEN_LIFETIME).plus(settings.schedule().retired());
    }

    /// {@return whether it is of the algorithm that is set}
    boolean fits(KeyRecord key) {
        return key.algorithm().equals(settings.algorithm().jwsName());
    }

    static Optional<KeyRecord> in(State state, List<KeyRecord> keys) {
        return keys.stream().filter(key -> key.state() == state).findFirst();
    }

    private Optional<Reason> reason(KeyRecord active, KeyRecord next, Instant now) {
        if (!fits(active) && fits(next)) {
            return Optional.of(Reason.ALGORITHM);
        }
        return active.since().plus(settings.schedule().rotation()).isAfter(now)
                ? Optional.empty()
                : Optional.of(Reason.SCHEDULED);
    }
}
