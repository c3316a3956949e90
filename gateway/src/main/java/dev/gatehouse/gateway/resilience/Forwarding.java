package dev.gatehouse.gateway.resilience;

import java.time.Duration;

import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.upstream.Instance;

/// One request as it is sent on, as often as that takes. Its methods are called by one attempt after the other.
public interface Forwarding {

    /// Sends the request; ends when the response's header section is there.
    ///
    /// What has come of the response is kept for whoever asks after the call has ended; nothing of it is passed on before.
    Mono<Void> to(Instance instance, Attempted attempt);

    /// The status of the response, when an attempt has ended well.
    int status();

    /// Whether what the attempt went out on had served before and broke at once, ahead of any answer: most likely the other side had given the connection
    /// up, and knows nothing of the request. Asked when an attempt has failed.
    boolean wasStale();

    /// For how long what was stale had served by then.
    Duration served();

    /// Whether the caller has stopped waiting, as it said it would: what fails then fails for that.
    default boolean isTooLate() {
        return false;
    }

    /// Whether the request may be sent again though an upstream may have acted on it, and can: its body, if any, is at hand as a whole.
    boolean repeatable();

    /// Which requests of the route are sent again.
    Retries retries();

    /// What the attempt says to whoever has the response's header section.
    interface Attempted {

        /// Nobody wants the response any more: the caller's time is over, or it has gone. To be asked once the response is where its end will be looked for.
        boolean isOver();

        /// To be sent on a connection of its own, which cannot be stale.
        boolean isAfresh();

        /// Asked at most once, when the answer is 502, 503 or 504: whether the request goes to another instance instead of the answer to the caller. If so the
        /// attempt ends in [UpstreamFailure#unavailable()].
        boolean goesElsewhere();
    }
}
