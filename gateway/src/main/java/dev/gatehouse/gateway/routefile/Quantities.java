package dev.gatehouse.gateway.routefile;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.gateway.resilience.Protection;

/// Numbers with units, as an operator writes them. Each method throws an [IllegalArgumentException] whose message says what was expected.
final class Quantities {

    static final String WINDOW = "1s to 366d in whole seconds, such as 1s, 1m, 1h or 1d";

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,9})([A-Za-z]+)");
    private static final Map<String, Duration> TIME = Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m",
            Duration.ofMinutes(1), "h",
            Duration.ofHours(1), "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZE = Map.of("B", 1L, "kB", 1_000L, "KB", 1_000L, "MB", 1_000_000L, "GB",
            1_000_000_000L, "KiB", 1L << 10,
            "MiB", 1L << 20, "GiB", 1L << 30);

    private Quantities() {}

    static Duration timeout(String text) {
        return duration(text, Duration.ofMillis(1), Duration.ofHours(1), "1ms to 1h, such as 500ms, 10s or 2m");
    }

    static Duration probe(String text) {
        return duration(text, Duration.ofMillis(100), Duration.ofMinutes(10), "100ms to 10m, such as 5s");
    }

    static Duration silence(String text) {
        return duration(text, Duration.ofSeconds(1), Duration.ofDays(1), "1s to 24h, such as 5m");
    }

    static Duration leeway(String text) {
        return duration(text, Duration.ZERO, Duration.ofMinutes(5), "0s to 5m, such as 30s");
    }

    static Duration introspectionTimeout(String text) {
        return duration(text, Duration.ofMillis(100), Duration.ofSeconds(10), "100ms to 10s, such as 2s");
    }

    static Duration introspectionCache(String text) {
        return duration(text, Duration.ZERO, Duration.ofMinutes(10), "0s to 10m, such as 30s");
    }

    static Duration maxStale(String text) {
        return duration(text, Duration.ofMinutes(1), Duration.ofDays(1), "1m to 24h, such as 30m or 1h");
    }

    static Duration corsAge(String text) {
        return whole(text, Duration.ZERO, "0s to 366d in whole seconds, such as 10m");
    }

    /// How long ago a caller signed in, in a test.
    static Duration age(String text) {
        return whole(text, Duration.ZERO, "0s to 366d in whole seconds, such as 5m");
    }

    static Duration maxAge(String text) {
        return whole(text, Duration.ofSeconds(1), WINDOW);
    }

    static Duration window(String text) {
        return whole(text, Duration.ofSeconds(1), WINDOW);
    }

    private static Duration whole(String text, Duration least, String expected) {
        Duration duration = duration(text, least, Duration.ofDays(366), expected);
        if (!duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
            throw new IllegalArgumentException(expected);
        }
        return duration;
    }

    /// Bytes; units by thousands (`MB`) and by 1024 (`MiB`).
    static long bodySize(String text) {
        if (text.equals("unlimited")) {
            return Protection.UNLIMITED;
        }
        Matcher size = NUMBER_AND_UNIT.matcher(text);
        Long unit = size.matches() ? SIZE.get(size.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("a size such as 500kB, 10MB or 10MiB, or unlimited");
        }
        return Long.parseLong(size.group(1)) * unit;
    }

    /// Of a frame of a WebSocket; a control frame must always fit.
    static long frameSize(String text) {
        Matcher size = NUMBER_AND_UNIT.matcher(text);
        Long unit = size.matches() ? SIZE.get(size.group(2)) : null;
        long bytes = unit == null ? 0 : Long.parseLong(size.group(1)) * unit;
        if (bytes < 125 || bytes > 1L << 30) {
            throw new IllegalArgumentException("125B to 1GiB, such as 1MiB");
        }
        return bytes;
    }

    private static Duration duration(String text, Duration least, Duration most, String expected) {
        Matcher time = NUMBER_AND_UNIT.matcher(text);
        Duration unit = time.matches() ? TIME.get(time.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(expected);
        }
        Duration duration = unit.multipliedBy(Long.parseLong(time.group(1)));
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new IllegalArgumentException(expected);
        }
        return duration;
    }
}
