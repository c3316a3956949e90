package dev.gatehouse.gateway.identity;

import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;

/// A request's place in a distributed trace (W3C Trace Context). Immutable.
///
/// @param traceparent `00-` trace id `-` parent id `-` flags
/// @param kept whether it was the caller's own, whose `tracestate` then belongs to it
public record TraceContext(String traceparent, boolean kept) {

    private static final int LENGTH = 55;
    private static final HexFormat HEX = HexFormat.of();

    /// The incoming one if it may be believed and is well-formed, else a new one. A new one is marked as sampled, so that a backend decides as it
    /// would without us.
    static TraceContext settle(List<String> fields, boolean believed, LongSupplier random) {
        if (believed && fields.size() == 1 && wellFormed(fields.getFirst())) {
            return new TraceContext(fields.getFirst(), true);
        }
        StringBuilder text = new StringBuilder(LENGTH).append("00-");
        text.append(HEX.toHexDigits(random.getAsLong())).append(HEX.toHexDigits(notZero(random))).append('-');
        return new TraceContext(text.append(HEX.toHexDigits(notZero(random))).append("-01").toString(), false);
    }

    private static long notZero(LongSupplier random) {
        long bits = random.getAsLong();
        return bits == 0 ? 1 : bits;
    }

    /// The trace id: 32 hexadecimal digits.
    public String traceId() {
        return traceparent.substring(3, 35);
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
