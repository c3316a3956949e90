package dev.gatehouse.gateway.observability;

import java.time.Instant;

import dev.gatehouse.gateway.identity.TraceContext;

/// What there is to tell of one request after it ended. Absent parts are empty texts. Immutable.
///
/// @param time when it came
/// @param requestId its id
/// @param trace the trace that it belongs to
/// @param clientAddress whose address it came from, after the trusted-proxy rule
/// @param method as received
/// @param path as received, without the query
/// @param routeId the route that took it
/// @param userId `sub` of a verified token
/// @param status what was answered
/// @param code the problem's code; of the gateway's own answers only
/// @param reason why, for the log only
/// @param upstream the instance it went to, the last one if several were tried
/// @param attempts how often it was sent on
/// @param timing how long what took
/// @param received octets of its body that were sent on
/// @param sent octets of the answer's body
/// @param broken whether the answer was broken off, by either side
public record Served(Instant time, String requestId, TraceContext trace, String clientAddress, String method, String path,
        String routeId,
        String userId,
        int status, String code, String reason, String upstream, int attempts, Timing timing, long received, long sent,
        boolean broken) {}
