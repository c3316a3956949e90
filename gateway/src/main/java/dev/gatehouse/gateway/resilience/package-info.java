/// What protects the gateway from its upstreams and them from it: deadlines, a circuit breaker, bounded pools.
@NullMarked
package dev.gatehouse.gateway.resilience;

import org.jspecify.annotations.NullMarked;
