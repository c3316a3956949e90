package dev.gatehouse.gateway.resilience;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Begins with the wall clock's time and from then on goes as time does, whatever is done to the wall clock: for how long something lasts. Thread-safe.
public final class SteadyClock extends Clock {

    private final LongSupplier nanoTime;
    private final Instant begun;
    private final long begunMillis;
    private final long begunNanos;

    /// @param nanoTime a time of no particular origin that never goes back
    public SteadyClock(Clock wall, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begun = wall.instant().truncatedTo(ChronoUnit.MILLIS); // so that both answers agree
        this.begunMillis = begun.toEpochMilli();
        this.begunNanos = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        return begun.plusNanos(nanoTime.getAsLong() - begunNanos);
    }

    /// Makes no instant: some are asked for in each request.
    @Override
    public long millis() {
        return begunMillis + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begunNanos);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC; // as good as any
    }

    /// Refused: no zone matters to a duration.
    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a clock for durations");
    }
}
