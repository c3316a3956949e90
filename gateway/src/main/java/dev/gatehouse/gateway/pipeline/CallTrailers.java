package dev.gatehouse.gateway.pipeline;

import java.util.function.Consumer;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClientResponse;

import dev.gatehouse.gateway.identity.ResponseHeaders;

/// What an upstream says at the end of a call of gRPC, whose result it is. Elsewhere it does not pass: nobody announces it, and what comes unannounced may be
/// what the header section may not say. Used by one request's signals only.
final class CallTrailers implements Consumer<HttpHeaders> {

    private HttpHeaders said = EmptyHttpHeaders.INSTANCE;

    private CallTrailers() {}

    /// Of an answer whose header section has come.
    static CallTrailers of(HttpClientResponse answer) {
        CallTrailers trailers = new CallTrailers();
        Mono<HttpHeaders> end = answer.trailerHeaders();
        end.subscribe(trailers::came, _ -> {});
        return trailers;
    }

    private void came(@Nullable HttpHeaders fields) {
        said = fields == null ? EmptyHttpHeaders.INSTANCE : fields;
    }

    /// Writes what may pass.
    @Override
    public void accept(HttpHeaders client) {
        ResponseHeaders.write(new NettyFields(said), false, (name, value) -> {
            if (!ResponseHeaders.frames(name)) {
                client.add(name, value);
            }
        });
    }
}
