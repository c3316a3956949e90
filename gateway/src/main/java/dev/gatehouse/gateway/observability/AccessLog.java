package dev.gatehouse.gateway.observability;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One JSON line per request, on the logger `access`. The line is built here and handed to an asynchronous, bounded appender that drops rather
/// than blocks. No token, cookie or query is ever part of it. Thread-safe.
public final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("access");

    /// Makes a log; it has no state of its own.
    public AccessLog() {}

    /// Writes one line.
    public void write(Served served) {
        if (LOG.isInfoEnabled()) {
            LOG.info(line(served));
        }
    }

    static String line(Served served) {
        StringBuilder line = new StringBuilder(256);
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
        for (int i = 0; i < value.length(); i++) {
            escape(line, value.charAt(i));
        }
        line.append('"');
    }

    private static void escape(StringBuilder line, char c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append(c);
        } else if (c < 0x20 || c > 0x7e) {
            // Control characters could forge lines or colour a terminal; the rest keeps the log ASCII.
            line.append("\\u").append(Character.forDigit(c >> 12, 16)).append(Character.forDigit((c >> 8) & 15, 16))
                    .append(Character.forDigit((c >> 4) & 15, 16)).append(Character.forDigit(c & 15, 16));
        } else {
            line.append(c);
        }
    }
}
