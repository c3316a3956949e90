/// What the gateway tells of itself: one access-log event per request, and counters.
@NullMarked
package dev.gatehouse.gateway.observability;

import org.jspecify.annotations.NullMarked;
