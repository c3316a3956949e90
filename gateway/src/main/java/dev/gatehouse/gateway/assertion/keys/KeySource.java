package dev.gatehouse.gateway.assertion.keys;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import dev.gatehouse.gateway.settings.AssertionSettings;

/// Where the keys come from.
public interface KeySource {

    /// Why no key was announced.
    String ANNOUNCED = "the next key is announced already and signs within the hour";

    /// The source that the settings ask for.
    ///
    /// @param redis where the fleet meets, if it does
    /// @throws UnusableKeys when they are to come from a file that cannot be used
    static KeySource of(AssertionSettings settings, Optional<ReactiveStringRedisTemplate> redis, Instant now)
            throws UnusableKeys {
        if (settings.keys().isPresent()) {
            return FileKeys.of(settings.keys().get());
        }
        if (redis.isEmpty()) {
            return new OwnKeys(now);
        }
        return settings.keyEncryptionKey()
                .<KeySource>map(secret -> new FleetKeys(redis.get(), new SealedRing(secret, new SecureRandom()), now))
                .orElseGet(() -> new NeighbourKeys(redis.get(), now));
    }

    /// What there is before the first look, for whoever cannot wait for it. Does no I/O; for any thread.
    Keys known(Instant now);

    /// Looks anew and says what is known then. Called by one thread only. May block, within a deadline of its own. Does not fail: what was good before stays so while
    /// nothing better can be had, and the log says why.
    Keys look(Instant now);

    /// Brings in another key because an operator wants it. Called by the thread that looks. May block, within a deadline of its own.
    ///
    /// @return why nothing was changed; empty when it was
    Optional<String> rotate(Rotation how, Instant now);

    /// The pause between two looks.
    Duration pause();

    /// Why the last look was not a good one; empty when it was. For health, and any thread.
    String trouble();
}
