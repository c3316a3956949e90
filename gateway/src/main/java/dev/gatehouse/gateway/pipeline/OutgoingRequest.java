package dev.gatehouse.gateway.pipeline;

import java.io.ByteArrayOutputStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.identity.BackendHeaders;
import dev.gatehouse.gateway.mirroring.BodyCopy;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.resilience.Upload;

/// What the upstream gets: the gateway's header section instead of the client's, and a body that is watched on its way and broken off where the
/// route's size ends.
final class OutgoingRequest {

    private final Received incoming;
    private final HttpHeaders fields;
    private final Upload upload;
    private final boolean repeatable;
    private @Nullable Mono<byte[]> held;
    private @Nullable BodyCopy copy;
    private @Nullable RequestTrailers trailers;
    private long left;
    private long came;

    /// @param repeatable whether the route lets the request be sent again; a body that is too long for that, or of unknown length, does not
    OutgoingRequest(Received incoming, HttpHeaders fields, Upload upload, long maxBody, boolean repeatable) {
        frame(incoming, fields, upload);
        this.incoming = incoming;
        this.fields = fields;
        this.upload = upload;
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

    /// Fields stand behind its body.
    void ends(RequestTrailers announced) {
        trailers = announced;
    }

    /// The client by which it is sent.
    HttpClient by(HttpClient client) {
        RequestTrailers behind = trailers;
        return behind == null ? client : behind.behind(client);
    }

    /// Whether it may be sent again though an upstream may have acted on it.
    boolean isRepeatable() {
        return repeatable;
    }

    /// How many octets of its body have come, whatever was told of its length.
    long length() {
        return came;
    }

    /// A length that was told stays as it is, and no body is told as such; without either the host would announce chunks, which some backends refuse.
    private static void frame(Received incoming, HttpHeaders fields, Upload upload) {
        String length = incoming.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null) {
            fields.set(HttpHeaderNames.CONTENT_LENGTH, length);
        } else if (upload == Upload.NONE && BackendHeaders.tellsOfNoBody(incoming.method())) {
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

    HttpMethod method() {
        return HttpMethod.valueOf(incoming.method());
    }

    /// A declared length has been checked before and the codec holds the client to it; a body without one is counted on its way. Each part is the reader's to
    /// release.
    Flux<ByteBuf> body() {
        if (repeatable) {
            return held().map(Unpooled::wrappedBuffer).flux();
        }
        boolean countable = !fields.contains(HttpHeaderNames.CONTENT_LENGTH);
        Flux<ByteBuf> body = received().doOnNext(ByteBuf::retain);
        return upload.watched(countable ? body.handle(this::pass) : body);
    }

    /// The body as a whole, read once whatever becomes of the attempts. It moves as the client sends it: a second attempt, which has it from here, puts no deadline
    /// off.
    private Mono<byte[]> held() {
        Mono<byte[]> whole = held;
        if (whole == null) {
            whole = upload.watched(received()).collect(ByteArrayOutputStream::new, (all, part) -> all.writeBytes(octets(part)))
                    .map(ByteArrayOutputStream::toByteArray).cache();
            held = whole;
        }
        return whole;
    }

    /// The body as it comes, of which a copy is made if one is wanted. Each part lasts as long as it is looked at.
    private Flux<ByteBuf> received() {
        Flux<ByteBuf> body = incoming.body().doOnNext(part -> came += part.readableBytes());
        RequestTrailers behind = trailers;
        if (behind != null) {
            body = body.doOnComplete(behind::came);
        }
        BodyCopy wanted = copy;
        return wanted == null
                ? body
                : body.doOnNext(part -> add(wanted, part)).doOnComplete(wanted::end).doFinally(_ -> wanted.abandon());
    }

    private static void add(BodyCopy copy, ByteBuf part) {
        if (copy.goesOn()) {
            copy.add(octets(part));
        }
    }

    private static byte[] octets(ByteBuf part) {
        byte[] octets = new byte[part.readableBytes()];
        part.getBytes(part.readerIndex(), octets);
        return octets;
    }

    private void pass(ByteBuf part, SynchronousSink<ByteBuf> upstream) {
        left -= part.readableBytes();
        if (left < 0) {
            part.release();
            upstream.error(new Rejection(Code.REQUEST_TOO_LARGE));
        } else {
            upstream.next(part);
        }
    }
}
