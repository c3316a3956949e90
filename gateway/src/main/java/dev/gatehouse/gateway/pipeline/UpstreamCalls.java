package dev.gatehouse.gateway.pipeline;

import java.net.URI;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;

/// Sends requests to upstreams as the gateway means them. The host's own filter for this copies every header section three times. No state.
final class UpstreamCalls {

    private UpstreamCalls() {}

    /// Completes when the answer's header section has come; its body is read by somebody else.
    ///
    /// @param goesOut told of the connection that the request is about to be sent on
    /// @param answered told of the answer and its connection; what it throws is how the call ends
    static Mono<Void> call(HttpClient client, OutgoingRequest request, URI uri, Consumer<? super Connection> goesOut,
            BiConsumer<HttpClientResponse, Connection> answered) {
        return client.request(request.method()).uri(uri)
                .send((sent, body) -> send(request, sent, body.withConnection(goesOut)))
                .responseConnection((answer, connection) -> {
                    answered.accept(answer, connection);
                    return Mono.<Void>empty();
                })
                .then();
    }

    private static Publisher<Void> send(OutgoingRequest request, HttpClientRequest sent, NettyOutbound body) {
        HttpHeaders fields = request.fields();
        HttpHeaders written = sent.requestHeaders();
        // A backend is told the client's `User-Agent` or none; which HTTP client the gateway uses concerns nobody.
        written.remove(HttpHeaderNames.USER_AGENT);
        if (fields.contains(HttpHeaderNames.ACCEPT)) {
            written.remove(HttpHeaderNames.ACCEPT);
        }
        if (fields.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            written.remove(HttpHeaderNames.TRANSFER_ENCODING);
        } else if (request.hasBody()) {
            written.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        written.add(fields);
        // As octets the host would collect the bodies of GET, HEAD and DELETE before it sends them.
        return request.hasBody() ? body.sendObject(request.body()) : body;
    }
}
