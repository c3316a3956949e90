/// The one form in which the gateway says no: `application/problem+json` (RFC 9457).
@NullMarked
package dev.gatehouse.gateway.problem;

import org.jspecify.annotations.NullMarked;
