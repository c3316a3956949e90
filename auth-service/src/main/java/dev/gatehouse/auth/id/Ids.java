package dev.gatehouse.auth.id;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

import org.springframework.stereotype.Component;

/// Makes UUIDs of version 7 (RFC 9562 §5.7): 48 bits of milliseconds, 74 random bits. Thread-safe.
@Component
public final class Ids {

    private final Clock clock;
    private final SecureRandom random;

    /// Takes its time and its chance from outside.
    ///
    /// @param clock gives the first 48 bits
    /// @param random gives the rest
    public Ids(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /// {@return an id nobody has seen or can guess}
    public UUID next() {
        long high = (clock.millis() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
