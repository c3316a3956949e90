package dev.gatehouse.gateway.grpc;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Reads the fields of a call (gRPC over HTTP/2, "Requests"). Pure.
public final class GrpcCall {

    private static final String TYPE = "application/grpc";
    // By the protocol at most eight digits.
    private static final int MAX_DIGITS = 8;
    private static final Duration LONGEST = Duration.ofDays(365);

    private GrpcCall() {}

    /// Whether a `Content-Type` is that of a call: `application/grpc`, perhaps with `+proto` or parameters; gRPC-Web is another protocol.
    public static boolean isCall(String contentType) {
        if (!contentType.toLowerCase(Locale.ROOT).startsWith(TYPE)) {
            return false;
        }
        char next = contentType.length() == TYPE.length() ? ';' : contentType.charAt(TYPE.length());
        return next == ';' || next == '+' || next == ' ';
    }

    /// How long the caller waits, from `grpc-timeout`; nothing when it does not say, or not in a form that can be read.
    public static Optional<Duration> timeout(String field) {
        int digits = field.length() - 1;
        if (digits < 1 || digits > MAX_DIGITS) {
            return Optional.empty();
        }
        long amount = 0;
        for (int i = 0; i < digits; i++) {
            int digit = field.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Optional.empty();
            }
            amount = amount * 10 + digit;
        }
        Duration timeout = switch (field.charAt(digits)) {
            case 'H' -> Duration.ofHours(amount);
            case 'M' -> Duration.ofMinutes(amount);
            case 'S' -> Duration.ofSeconds(amount);
            case 'm' -> Duration.ofMillis(amount);
            case 'u' -> Duration.ofNanos(amount * 1_000);
            case 'n' -> Duration.ofNanos(amount);
            default -> Duration.ZERO.minusNanos(1);
        };
        return timeout.isNegative() ? Optional.empty() : Optional.of(timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout);
    }
}
