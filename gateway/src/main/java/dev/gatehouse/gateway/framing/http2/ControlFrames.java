package dev.gatehouse.gateway.framing.http2;

/// How many frames that carry nothing a client may still send: a bucket that fills by time, by what the gateway sends, and by requests, so that an honest
/// client, which confirms what it gets, never meets its ground. One per connection; not thread-safe.
final class ControlFrames {

    private static final double FULL = 1_000;
    private static final double PER_NANO = 100 / 1e9;
    /// A client may answer a part of a body with two windows and a ping.
    static final int FOR_DATA = 3;
    /// A client may open a request with its priority and its windows.
    static final int FOR_REQUEST = 5;
    /// What a request costs that is refused before it is one.
    static final int REFUSAL = 10;

    private double left = FULL;
    private long at;

    ControlFrames(long nanos) {
        this.at = nanos;
    }

    void give(int frames) {
        left = Math.min(FULL, left + frames);
    }

    /// Whether there were so many left.
    boolean take(int frames, long nanos) {
        left = Math.min(FULL, left + (nanos - at) * PER_NANO) - frames;
        at = nanos;
        return left >= 0;
    }
}
