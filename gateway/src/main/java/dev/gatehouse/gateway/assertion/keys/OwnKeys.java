package dev.gatehouse.gateway.assertion.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The keys of a gateway that stands alone: made at its start, kept in memory, gone with it.
final class OwnKeys implements KeySource {

    private volatile KeyRing ring;

    /// Makes a key.
    OwnKeys(Instant now) {
        this.ring = KeyRing.of(AssertionKey.generate(), now);
    }

    @Override
    public Keys known(Instant now) {
        return ring.keys(now);
    }

    @Override
    public Keys look(Instant now) {
        ring = ring.advanced(now, AssertionKey::generate).orElse(ring);
        return ring.keys(now);
    }

    @Override
    public Optional<String> rotate(Rotation how, Instant now) {
        Optional<KeyRing> rotated = ring.rotated(how, now, AssertionKey::generate);
        ring = rotated.orElse(ring);
        return rotated.isPresent() ? Optional.empty() : Optional.of(KeySource.ANNOUNCED);
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(10);
    }

    @Override
    public String trouble() {
        return "";
    }
}
