package dev.gatehouse.gateway.identity;

import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;

/// A request's place in a distributed trace (W3C Trace Context). Immutable.
///
/// @param traceparent what a backend is told: `00-` trace id `-` parent id `-` flags
/// @param kept whether the trace was begun by the caller, whose `tracestate` then belongs to it
/// @param parent the caller's parent id, where that of `traceparent` is a span of our own; else empty
public record TraceContext(String traceparent, boolean kept, String parent) {

    /// Of what was refused before it was a request.
    public static final TraceContext NONE = new TraceContext("00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-00", false, "");

    private static final int LENGTH = 55;
    private static final HexFormat HEX = HexFormat.of();

    /// The incoming one if it is well-formed, else a new one. Without spans of our own a new one is marked as sampled, so that a backend decides as it
    /// would without us.
    ///
    /// @param believed the fields that came; none if nobody is believed
    static TraceContext settle(List<String> believed, SpanPolicy spans, LongSupplier random) {
        if (believed.size() == 1 && wellFormed(believed.getFirst())) {
            String told = believed.getFirst();
            return spans.own()
                    ? new TraceContext(told.substring(0, 36) + HEX.toHexDigits(notZero(random)) + told.substring(52), true,
                            told.substring(36, 52))
                    : new TraceContext(told, true, "");
        }
        long high = random.getAsLong();
        long low = notZero(random);
        String fresh = "00-" + HEX.toHexDigits(high) + HEX.toHexDigits(low) + '-' + HEX.toHexDigits(notZero(random))
                + (spans.samples(low) ? "-01" : "-00");
        return new TraceContext(fresh, false, "");
    }

    private static long notZero(LongSupplier random) {
        long bits = random.getAsLong();
        return bits == 0 ? 1 : bits;
    }

    /// The trace id: 32 hexadecimal digits.
    public String traceId() {
        return traceparent.substring(3, 35);
    }

    /// The id of the span that a backend's spans are below: 16 hexadecimal digits.
    public String spanId() {
        return traceparent.substring(36, 52);
    }

    /// Whether the trace is recorded (§3.2.3).
    public boolean isSampled() {
        return (Character.digit(traceparent.charAt(54), 16) & 1) == 1;
    }

    /// Version 00 only: the fields that a later version may add cannot be judged (§3.2.2).
    private static boolean wellFormed(String text) {
        if (text.length() != LENGTH || !text.startsWith("00-") || text.charAt(35) != '-' || text.charAt(52) != '-') {
            return false;
        }
        return hex(text, 3, 35) && hex(text, 36, 52) && hex(text, 53, 55) && !zeros(text, 3, 35) && !zeros(text, 36, 52);
    }

    private static boolean hex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char character = text.charAt(i);
            if (!((character >= '0' && character <= '9') || (character >= 'a' && character <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean zeros(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
