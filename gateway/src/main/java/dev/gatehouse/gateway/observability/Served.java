package dev.gatehouse.gateway.observability;

import java.time.Duration;
import java.time.Instant;

/// What there is to tell of one request after it ended. Absent parts are empty texts. Immutable.
///
/// @param time when it came
/// @param requestId its id
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
/// @param elapsed from its arrival to its end
/// @param broken whether the answer was broken off, by either side
public record Served(Instant time, String requestId, String clientAddress, String method, String path, String routeId,
        String userId,
        int status, String code, String reason, String upstream, int attempts, Duration elapsed, boolean broken) {}
