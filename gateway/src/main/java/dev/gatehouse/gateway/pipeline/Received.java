package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.grpc.GrpcCall;
import dev.gatehouse.gateway.identity.TrailerFields;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.Entrance;

/// What the client sent, as the host has read it: the request line, the header section, and how it frames a body. It knows nothing of what becomes of it, and
/// does not change.
final class Received {

    private final HttpServerRequest http;
    private final Channel channel;

    /// @param channel asked of the host while the request is there; afterwards it knows of none
    Received(HttpServerRequest http, Channel channel) {
        this.http = http;
        this.channel = channel;
    }

    /// The connection, or the stream, that it came on.
    Channel channel() {
        return channel;
    }

    /// The header section.
    HttpHeaders headers() {
        return http.requestHeaders();
    }

    /// The request line's target, as received.
    String target() {
        return http.uri();
    }

    /// `Host` as received; empty when there is none.
    String host() {
        return Objects.requireNonNullElse(http.requestHeaders().get(HttpHeaderNames.HOST), "");
    }

    /// The host's name, in lower case without the port.
    String hostName() {
        return Entrance.hostName(host());
    }

    /// Whether `Host` stands more than once, is empty, or is not there where RFC 9112 §3.2 asks for it.
    boolean isHostUnclear() {
        List<String> fields = fields(HttpHeaderNames.HOST);
        return fields.size() > 1
                || (fields.isEmpty() ? http.version().equals(HttpVersion.HTTP_1_1) : fields.getFirst().isEmpty());
    }

    String method() {
        return http.method().name();
    }

    Optional<String> firstField(CharSequence name) {
        return Optional.ofNullable(http.requestHeaders().get(name));
    }

    List<String> fields(CharSequence name) {
        return http.requestHeaders().getAll(name);
    }

    /// `Content-Length`, or 0 when the body's length is not told; the codec has refused everything but one plain number.
    long declaredLength() {
        @Nullable
        String length = http.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /// Whether the request's framing announces a body (RFC 9112 §6.3).
    boolean hasBody() {
        return http.requestHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING) || declaredLength() > 0;
    }

    /// What its header section says about fields behind its body: lists of names.
    List<String> announcedTrailers() {
        return hasBody() ? Framing.announced(channel, http.requestHeaders()) : List.of();
    }

    /// Whether its client takes fields behind the answer's body; nobody else is told them (RFC 9110 §6.5.1). HTTP/1.0 has no place for them.
    boolean takesTrailers() {
        return http.requestHeaders().contains(HttpHeaderNames.TE) && !http.version().equals(HttpVersion.HTTP_1_0)
                && TrailerFields.areTaken(fields(HttpHeaderNames.TE));
    }

    /// Its body as it comes, and an error if its end was none. Each part lasts as long as it is looked at.
    Flux<ByteBuf> body() {
        return http.receive().concatWith(Mono.defer(() -> Framing.brokenOff(channel)
                .<Mono<ByteBuf>>map(why -> Mono.error(Refusals.unreadable(why))).orElse(Mono.empty())));
    }

    /// Whether it came over HTTP/1.1, in which alone a change of protocol may follow.
    boolean isHttp11() {
        return http.version().equals(HttpVersion.HTTP_1_1);
    }

    /// Whether it is a call of gRPC, which only HTTP/2 carries, and only by POST: an answer to GET that is refused in the form of gRPC, with status 200, might
    /// be kept by a cache.
    boolean isCall() {
        return channel instanceof Http2StreamChannel && http.method().equals(HttpMethod.POST)
                && GrpcCall.isCall(Objects.requireNonNullElse(http.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE), ""));
    }

    /// How long the caller of gRPC waits; the argument when it waits longer, or does not say.
    Duration patience(Duration most) {
        Duration said = firstField("grpc-timeout").flatMap(GrpcCall::timeout).orElse(most);
        return said.compareTo(most) < 0 ? said : most;
    }
}
