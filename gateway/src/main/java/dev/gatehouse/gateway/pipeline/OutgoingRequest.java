package dev.gatehouse.gateway.pipeline;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

import dev.gatehouse.gateway.identity.BackendHeaders;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.resilience.Upload;

/// What the upstream gets: the gateway's header section instead of the client's, and a body that is watched on its way and broken off where the
/// route's size ends.
final class OutgoingRequest extends ServerHttpRequestDecorator {

    private final HttpHeaders headers;
    private final Upload upload;
    private final Mono<DataBuffer> end;
    private long left;

    /// @param end asked when the body has ended: empty, or an error if that was not its end
    OutgoingRequest(ServerHttpRequest incoming, HttpHeaders headers, Upload upload, long maxBody, Mono<DataBuffer> end) {
        super(incoming);
        frame(incoming, headers, upload);
        this.headers = headers;
        this.end = end;
        this.upload = upload;
        this.left = maxBody;
    }

    /// A length that was told stays as it is, and no body is told as such; without either the host would announce chunks, which some backends refuse.
    private static void frame(ServerHttpRequest incoming, HttpHeaders headers, Upload upload) {
        String length = incoming.getHeaders().getFirst(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            headers.set(HttpHeaders.CONTENT_LENGTH, length);
        } else if (upload == Upload.NONE && BackendHeaders.tellsOfNoBody(incoming.getMethod().name())) {
            headers.set(HttpHeaders.CONTENT_LENGTH, "0");
        }
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    /// A declared length has been checked before and the codec holds the client to it; a body without one is counted on its way.
    @Override
    public Flux<DataBuffer> getBody() {
        if (upload == Upload.NONE) {
            return super.getBody();
        }
        boolean countable = headers.getFirst(HttpHeaders.CONTENT_LENGTH) == null;
        Flux<DataBuffer> body = super.getBody().concatWith(end);
        return upload.watched(countable ? body.handle(this::pass) : body);
    }

    private void pass(DataBuffer part, SynchronousSink<DataBuffer> upstream) {
        left -= part.readableByteCount();
        if (left < 0) {
            DataBufferUtils.release(part);
            upstream.error(new Rejection(Code.REQUEST_TOO_LARGE));
        } else {
            upstream.next(part);
        }
    }
}
