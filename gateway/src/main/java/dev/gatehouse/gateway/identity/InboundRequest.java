package dev.gatehouse.gateway.identity;

import java.util.List;

/// Where a request comes from, settled once at its beginning, so that limits, logs and backends are told the same.
///
/// @param headers the header section as received
/// @param path addresses along which it came as far as they are believed: the client first, the peer last; never empty
/// @param proto `http` or `https`, as the client used it
/// @param host `Host` as the client sent it; may be empty
/// @param requestId `X-Request-Id`
/// @param trace the trace that the request belongs to
public record InboundRequest(HeaderFields headers, List<String> path, String proto, String host, String requestId,
        TraceContext trace) {

    /// Copies the path.
    public InboundRequest {
        path = List.copyOf(path);
    }

    /// The client's address, in its one spelling (RFC 5952).
    public String clientAddress() {
        return path.getFirst();
    }
}
