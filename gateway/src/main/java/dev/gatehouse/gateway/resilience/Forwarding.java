package dev.gatehouse.gateway.resilience;

import java.util.function.BooleanSupplier;

import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.upstream.Instance;

/// One request as it is sent on, as often as that takes. Its methods are called by one attempt after the other.
public interface Forwarding {

    /// Sends the request; ends when the response's header section is there.
    ///
    /// @param other asked at most once, when the answer is 502, 503 or 504: whether the request goes to another instance instead of the answer to
    /// the caller. If so the attempt ends in [UpstreamFailure#unavailable()].
    Mono<Void> to(Instance instance, BooleanSupplier other);

    /// Told when an attempt has ended well, so that the header section of its response is there; answers with its status.
    int answered();

    /// Whether the request may be sent again though an upstream may have acted on it, and can: its body, if any, is at hand as a whole.
    boolean repeatable();

    /// Which requests of the route are sent again.
    Retries retries();
}
