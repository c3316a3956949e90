package dev.gatehouse.gateway.pipeline;

import java.util.function.LongSupplier;

import dev.gatehouse.gateway.observability.Timing;

/// How far a request got, and when, in nanoseconds since its arrival. Used by one request's signals only, which never overlap.
final class Moments {

    private final LongSupplier nanoTime;
    private final long started;
    private long authenticated;
    private long admitted;
    private long sent;
    private long answered;

    /// It has arrived.
    Moments(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
    }

    long sinceArrival() {
        return nanoTime.getAsLong() - started;
    }

    /// Its caller is known, or refused for what it brought.
    void isAuthenticated() {
        authenticated = sinceArrival();
    }

    /// The limits have let it pass, or refused it.
    void isAdmitted() {
        admitted = sinceArrival();
    }

    /// It goes to an upstream for the first time.
    void isSent() {
        sent = sinceArrival();
    }

    /// The header section of the upstream's answer is there.
    void isAnswered() {
        answered = sinceArrival();
    }

    /// How long the gateway itself took until its limits had let it pass, in nanoseconds.
    ///
    /// @param asked whether somebody else had to say who the caller is, and kept it waiting
    /// @param limitsMayWait so long its limits may have waited for somebody else
    long own(boolean asked, long limitsMayWait) {
        long afterwards = Math.max(0, admitted - authenticated - limitsMayWait);
        return asked ? afterwards : authenticated + afterwards;
    }

    /// All of it is over now.
    Timing timing() {
        return new Timing(authenticated, admitted, sent, answered, sinceArrival());
    }
}
