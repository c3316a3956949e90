package dev.gatehouse.auth.request;

import java.util.Optional;

/// Where the request came from that the calling thread serves. [RequestFilter] says so for as long as the request lasts.
///
/// @param address of the client, as far as it can be believed
/// @param userAgent what the client calls itself, cut and without control characters
/// @param requestId under which the logs know it
/// @param traceparent of the gateway's trace (W3C Trace Context), where one came
public record Origin(String address, String userAgent, String requestId, Optional<String> traceparent) {

    static final ScopedValue<Origin> CURRENT = ScopedValue.newInstance();

    private static final int LONGEST_AGENT = 256;
    private static final int TRACE_ID_BEGINS = 3; // behind `00-`
    private static final int TRACE_ID_ENDS = 35;

    /// Cuts the name and drops control characters.
    public Origin {
        userAgent = userAgent.codePoints().filter(point -> !Character.isISOControl(point) && point <= 0xFF)
                .limit(LONGEST_AGENT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /// {@return under which traces know the request}
    Optional<String> traceId() {
        return traceparent.map(text -> text.substring(TRACE_ID_BEGINS, TRACE_ID_ENDS));
    }

    /// {@return the origin, or empty outside of a request, as in a command}
    public static Optional<Origin> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }
}
