/// Spans of requests, for OpenTelemetry. They are made when a request is over, from what was noted on its way, so that a request costs nothing more where
/// no endpoint is set, and little where one is.
@NullMarked
package dev.gatehouse.gateway.tracing;

import org.jspecify.annotations.NullMarked;
