package dev.gatehouse.gateway.assertion.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import dev.gatehouse.gateway.settings.AssertionSettings;

/// Where the keys come from. Used by one thread at a time.
public interface KeySource {

    /// The source that the settings ask for.
    ///
    /// @param redis where the fleet meets, if it does
    static KeySource of(AssertionSettings settings, Optional<ReactiveStringRedisTemplate> redis, Instant now) {
        return new OwnKeys(now);
    }

    /// What is known already; does no I/O.
    Keys known(Instant now);

    /// Looks anew and says what is known then. May block, within a deadline of its own. Does not fail: what was good before stays so while
    /// nothing better can be had, and the log says why.
    Keys look(Instant now);

    /// The pause between two looks.
    Duration pause();

    /// Why the last look was not a good one; empty when it was. For health.
    String trouble();
}
