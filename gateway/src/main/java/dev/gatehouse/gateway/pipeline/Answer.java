package dev.gatehouse.gateway.pipeline;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.compression.Gzip;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Reply;
import dev.gatehouse.gateway.routes.RouteSpec;

/// What the client gets: a header section that grows on the way, then an answer of the gateway's own or an upstream's. Used by one request's signals
/// only, which never overlap.
final class Answer {

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Channel channel;
    private final EventLoop loop;
    private int status;
    private @Nullable HttpClientResponse upstream;
    private @Nullable EventLoop upstreamLoop;
    // Set and taken away on its own loop alone: whoever ends the request asks that loop, which knows whether the connection is already somebody else's.
    private volatile @Nullable Connection connection;
    private @Nullable HttpHeaders passed;
    private @Nullable Gzip gzip;
    private @Nullable AnswerTrailers trailers;

    /// @param channel asked of the host while the request is there; afterwards it knows of none
    Answer(HttpServerRequest request, HttpServerResponse response, Channel channel) {
        this.request = request;
        this.response = response;
        this.channel = channel;
        this.loop = channel.eventLoop();
    }

    /// The header section, as the connection will write it.
    HttpHeaders fields() {
        return response.responseHeaders();
    }

    /// The connection, or the stream, that it goes out on.
    Channel channel() {
        return channel;
    }

    /// The thread of [#channel()], which knows none any more when it has ended.
    EventLoop loop() {
        return loop;
    }

    /// 0 until it is known.
    int status() {
        return status;
    }

    void status(int code) {
        status = code;
        response.status(HttpResponseStatus.valueOf(code));
    }

    /// Whether something of it has gone out, so that it can be broken off but not be taken back.
    boolean isBegun() {
        return response.hasSentHeaders();
    }

    /// Whether an answer of this status to this method ends with its header section, whatever its fields say (RFC 9112 §6.3, RFC 9110 §15.3.6).
    boolean hasNoBody() {
        return status == 204 || status == 205 || status == 304 || request.method().equals(HttpMethod.HEAD);
    }

    /// Is the gateway's own.
    Mono<Void> is(Reply reply) {
        status(reply.status());
        HttpHeaders fields = fields();
        for (Rejection.Field field : reply.fields()) {
            fields.set(field.name(), field.value());
        }
        if (reply.body().length == 0) {
            fields.remove(HttpHeaderNames.CONTENT_LENGTH);
            return Mono.empty(); // the host sends what it has when the request ends
        }
        fields.set("Content-Length", reply.body().length);
        return hasNoBody() ? Mono.empty() : whole(Unpooled.wrappedBuffer(reply.body()));
    }

    /// Is an upstream's, whose header section has come; the body follows with [#pass()].
    void comesFrom(HttpClientResponse answer, Connection from) {
        upstream = answer;
        upstreamLoop = from.channel().eventLoop(); // a connection that has ended knows none
        connection = from;
    }

    /// Ends the connection of what an upstream has begun to answer, if the answer has not ended. On any thread.
    void forget() {
        Connection from = connection;
        EventLoop home = upstreamLoop;
        if (from == null || home == null) {
            return;
        }
        if (home.inEventLoop()) {
            end(from);
        } else {
            home.execute(() -> end(from));
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very one, and not the pool's meanwhile
    private void end(Connection from) {
        if (connection == from) {
            connection = null;
            from.dispose();
        }
    }

    /// The upstream's answer has come to its end; its connection is the pool's again.
    void hasCome() {
        connection = null;
    }

    /// The upstream's connection becomes somebody else's.
    Optional<Connection> takeConnection() {
        Optional<Connection> taken = Optional.ofNullable(connection);
        connection = null;
        return taken;
    }

    /// Passes the upstream's body on. Cancelling it, and an error, end the upstream's connection.
    Mono<Void> pass() {
        Connection from = connection;
        EventLoop home = upstreamLoop;
        return from == null || home == null ? Mono.empty() : new AnswerBody(this, from, home);
    }

    /// What the upstream says behind its body passes, if the client's protocol has a place for it. What the gateway compresses is another body than the one it
    /// is said about.
    void passTrailers() {
        HttpClientResponse answer = upstream;
        if (answer != null && gzip == null) {
            AnswerTrailers passing = AnswerTrailers.of(answer);
            trailers = passing;
            response.trailerHeaders(passing);
        }
    }

    /// Whether there is something to say behind the body, and only behind chunks.
    boolean needsChunks() {
        AnswerTrailers passing = trailers;
        return passing != null && !passing.isEmpty() && request.version().equals(HttpVersion.HTTP_1_1)
                && !fields().contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    /// Sends the header section and a body at once; has been written when it ends.
    Mono<Void> whole(ByteBuf body) {
        return loop.inEventLoop()
                ? sent(body)
                : Mono.defer(() -> sent(body)).subscribeOn(Schedulers.fromExecutor(loop));
    }

    /// On the connection's thread, where it cannot end between the question whether it is open and the answer. In one piece the host would answer HTTP/1.0 with
    /// HTTP/1.0, and so end every connection that its client asked to keep (RFC 9110 §6.2).
    private Mono<Void> sent(ByteBuf body) {
        if (request.version().equals(HttpVersion.HTTP_1_0) && channel.isActive()) {
            fields().set("Content-Length", body.readableBytes());
            return response.send(Flux.just(body)).then();
        }
        return response.sendObject(body).then();
    }

    /// Sends the header section now, ahead of a body. A client of HTTP/1.0 knows no chunks (RFC 9112 §6.1): for it the body ends with the connection.
    Mono<Void> head() {
        if (request.version().equals(HttpVersion.HTTP_1_0)) {
            response.chunkedTransfer(false).keepAlive(false);
        }
        return response.sendHeaders().then();
    }

    /// Has the body compressed; answers whether it will be, which it is not when too many are.
    boolean compress() {
        Optional<Gzip> begun = gzip == null ? Gzip.begin() : Optional.of(gzip);
        gzip = begun.orElse(null);
        return gzip != null;
    }

    /// How the body is compressed; null if it is not.
    @Nullable
    Gzip coding() {
        return gzip;
    }

    /// Lets pass to the client what its upstream's header section says.
    void passFields(RouteSpec route, Visit visit, HttpHeaders said) {
        passed = said;
        AnswerFields.pass(said, route, visit, fields());
    }

    /// Whatever an upstream has begun to answer is not what goes out.
    void leaveAsItIs(BrowserPolicy policy) {
        leave();
        gzip = null;
        HttpHeaders said = passed;
        if (said != null && !isBegun()) {
            AnswerFields.takeBack(said, policy, fields());
        }
    }

    /// The request is over, whatever became of its answer.
    void leave() {
        forget();
        Gzip begun = gzip;
        if (begun != null) {
            begun.close();
        }
    }
}
