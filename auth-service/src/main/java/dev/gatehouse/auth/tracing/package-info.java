/// Spans of requests, for OpenTelemetry: one for each, below the gateway's. Without an endpoint nothing of this is there.
@NullMarked
package dev.gatehouse.auth.tracing;

import org.jspecify.annotations.NullMarked;
