package dev.gatehouse.gateway.pipeline;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

/// How long an upstream may be silent. The HTTP client takes the time from the end of the request to the answer's header section for a pause like any other, so
/// it must be no shorter than the time that somebody is ready to wait. No state.
final class Patience {

    private Patience() {}

    /// The client as it is, or one that stands silence as long as this.
    static HttpClient of(HttpClient client, Duration least) {
        @Nullable
        Duration pause = client.configuration().responseTimeout();
        return pause == null || pause.compareTo(least) >= 0 ? client : client.responseTimeout(least);
    }
}
