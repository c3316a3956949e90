package dev.gatehouse.gateway.pipeline;

import java.util.function.Consumer;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClientResponse;

import dev.gatehouse.gateway.identity.TrailerFields;

/// What an upstream says behind its body, as far as the client may be told. Used by one request's signals only.
final class AnswerTrailers implements Consumer<HttpHeaders> {

    private final HttpHeaders head;
    private HttpHeaders said = EmptyHttpHeaders.INSTANCE;

    private AnswerTrailers(HttpHeaders head) {
        this.head = head;
    }

    /// Of an answer whose header section has come.
    static AnswerTrailers of(HttpClientResponse answer) {
        AnswerTrailers trailers = new AnswerTrailers(answer.responseHeaders());
        Mono<HttpHeaders> end = answer.trailerHeaders();
        end.subscribe(trailers::came, _ -> {});
        return trailers;
    }

    private void came(@Nullable HttpHeaders fields) {
        if (fields != null && !fields.isEmpty()) {
            HttpHeaders passing = new DefaultHttpHeaders();
            TrailerFields.ofAnswer(new NettyFields(head), new NettyFields(fields), passing::add);
            said = passing;
        }
    }

    /// Whether there are none; known when the body has ended.
    boolean isEmpty() {
        return said.isEmpty();
    }

    @Override
    public void accept(HttpHeaders client) {
        client.add(said);
    }
}
