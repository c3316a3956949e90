package dev.gatehouse.gateway.observability;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One JSON line per request, on the logger `access`. The line is built here and handed to an asynchronous, bounded appender that drops rather
/// than blocks. No token, cookie or query is ever part of it. Thread-safe.
public final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("access");

    // Hardly a line is longer, so none is copied while it is made.
    private static final int USUAL_LENGTH = 512;

    /// Makes a log; it has no state of its own.
    public AccessLog() {}

    /// Writes one line.
    public void write(Served served) {
        if (LOG.isInfoEnabled()) {
            LOG.info(line(served));
        }
    }

    static String line(Served served) {
        StringBuilder line = new StringBuilder(USUAL_LENGTH);
        line.append("{\"time\":\"").append(served.time()).append('"');
        text(line, "requestId", served.requestId());
        text(line, "trace", served.trace().traceId());
        text(line, "client", served.clientAddress());
        text(line, "method", served.method());
        text(line, "path", served.path());
        text(line, "route", served.routeId());
        text(line, "user", served.userId());
        line.append(",\"status\":").append(served.status());
        text(line, "code", served.code());
        text(line, "reason", served.reason());
        text(line, "upstream", served.upstream());
        if (served.attempts() > 1) {
            line.append(",\"attempts\":").append(served.attempts());
        }
        line.append(",\"micros\":").append(served.timing().ended() / 1_000);
        if (served.timing().isSent()) {
            line.append(",\"upstreamMicros\":").append(served.timing().upstream().toNanos() / 1_000);
        }
        bytes(line, "bytesReceived", served.received());
        bytes(line, "bytesSent", served.sent());
        if (served.broken()) {
            line.append(",\"broken\":true");
        }
        return line.append('}').toString();
    }

    private static void bytes(StringBuilder line, String name, long count) {
        if (count > 0) {
            line.append(",\"").append(name).append("\":").append(count);
        }
    }

    private static void text(StringBuilder line, String name, String value) {
        if (value.isEmpty()) {
            return;
        }
        line.append(",\"").append(name).append("\":\"");
        int plain = plain(value);
        line.append(value, 0, plain);
        for (int i = plain; i < value.length(); i++) {
            escape(line, value.charAt(i));
        }
        line.append('"');
    }

    /// How many characters from the first on stay as they are: mostly all.
    private static int plain(String value) {
        int i = 0;
        while (i < value.length() && isPlain(value.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
    }

    private static void escape(StringBuilder line, char c) {
        if (isPlain(c)) {
            line.append(c);
        } else if (c == '"' || c == '\\') {
            line.append('\\').append(c);
        } else {
            // Control characters could forge lines or colour a terminal; the rest keeps the log ASCII.
            line.append("\\u").append(Character.forDigit(c >> 12, 16)).append(Character.forDigit((c >> 8) & 15, 16))
                    .append(Character.forDigit((c >> 4) & 15, 16)).append(Character.forDigit(c & 15, 16));
        }
    }
}
