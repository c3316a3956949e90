/// What protects the gateway from its upstreams and them from it: deadlines, a circuit breaker for each upstream, bounded pools.
///
/// An upstream is refused only for its own faults: connections that fail, answers that do not come in time, answers that are no HTTP, and 502,
/// 503 and 504, with which a server says that it cannot serve. Any other answer, a 500 among them, shows that it works. A client that goes
/// away says nothing about the upstream.
@NullMarked
package dev.gatehouse.gateway.resilience;

import org.jspecify.annotations.NullMarked;
