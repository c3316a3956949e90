package dev.gatehouse.gateway.pipeline;

import java.nio.ByteBuffer;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

import dev.gatehouse.gateway.identity.BackendHeaders;
import dev.gatehouse.gateway.mirroring.BodyCopy;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.resilience.Upload;

/// What the upstream gets: the gateway's header section instead of the client's, and a body that is watched on its way and broken off where the
/// route's size ends.
final class OutgoingRequest extends ServerHttpRequestDecorator {

    private final HttpHeaders fields;
    private final Upload upload;
    private final Mono<DataBuffer> end;
    private final boolean repeatable;
    private @Nullable Mono<byte[]> held;
    private @Nullable BodyCopy copy;
    private final long maxBody;
    private long left;

    /// @param repeatable whether the route lets the request be sent again; a body that is too long for that, or of unknown length, does not
    /// @param end asked when the body has ended: empty, or an error if that was not its end
    OutgoingRequest(ServerHttpRequest incoming, HttpHeaders fields, Upload upload, long maxBody,
            boolean repeatable, Mono<DataBuffer> end) {
        super(incoming);
        frame(incoming, fields, upload);
        this.fields = fields;
        this.end = end;
        this.upload = upload;
        this.maxBody = maxBody;
        this.left = maxBody;
        this.repeatable = repeatable && (upload == Upload.NONE || isShort(fields));
    }

    private static boolean isShort(HttpHeaders fields) {
        String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
        return length != null && Long.parseLong(length) <= Protection.HELD_TO_REPEAT;
    }

    /// A copy is to be made of its body on the way.
    void copyBody(BodyCopy wanted) {
        copy = wanted;
    }

    /// Whether it may be sent again though an upstream may have acted on it.
    boolean isRepeatable() {
        return repeatable;
    }

    /// Its body's length in octets: as it was told, or as far as it has come.
    long length() {
        String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
        return length == null ? maxBody - left : Long.parseLong(length);
    }

    /// A length that was told stays as it is, and no body is told as such; without either the host would announce chunks, which some backends refuse.
    private static void frame(ServerHttpRequest incoming, HttpHeaders fields, Upload upload) {
        String length = incoming.getHeaders().getFirst("Content-Length");
        if (length != null) {
            fields.set(HttpHeaderNames.CONTENT_LENGTH, length);
        } else if (upload == Upload.NONE && BackendHeaders.tellsOfNoBody(incoming.getMethod().name())) {
            fields.set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
    }

    /// Its header section, but for what belongs to the connection.
    HttpHeaders fields() {
        return fields;
    }

    boolean hasBody() {
        return upload != Upload.NONE;
    }

    /// A declared length has been checked before and the codec holds the client to it; a body without one is counted on its way.
    @Override
    public Flux<DataBuffer> getBody() {
        if (repeatable) {
            return upload.watched(held().map(bytes -> (DataBuffer) DefaultDataBufferFactory.sharedInstance.wrap(bytes)).flux());
        }
        boolean countable = !fields.contains(HttpHeaderNames.CONTENT_LENGTH);
        Flux<DataBuffer> body = copied(super.getBody().concatWith(end));
        return upload.watched(countable ? body.handle(this::pass) : body);
    }

    /// The body as a whole, read once whatever becomes of the attempts.
    private Mono<byte[]> held() {
        Mono<byte[]> whole = held;
        if (whole == null) {
            whole = DataBufferUtils.join(copied(super.getBody().concatWith(end))).map(OutgoingRequest::bytes).cache();
            held = whole;
        }
        return whole;
    }

    /// The same body, of which a copy is made if one is wanted.
    private Flux<DataBuffer> copied(Flux<DataBuffer> body) {
        BodyCopy wanted = copy;
        return wanted == null
                ? body
                : body.doOnNext(part -> add(wanted, part)).doOnComplete(wanted::end).doFinally(_ -> wanted.abandon());
    }

    private static void add(BodyCopy copy, DataBuffer part) {
        if (copy.goesOn()) {
            byte[] octets = new byte[part.readableByteCount()];
            part.toByteBuffer(part.readPosition(), ByteBuffer.wrap(octets), 0, octets.length);
            copy.add(octets);
        }
    }

    private static byte[] bytes(DataBuffer joined) {
        byte[] bytes = new byte[joined.readableByteCount()];
        joined.read(bytes);
        DataBufferUtils.release(joined);
        return bytes;
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
