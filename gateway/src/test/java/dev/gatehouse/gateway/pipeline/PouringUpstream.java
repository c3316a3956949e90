package dev.gatehouse.gateway.pipeline;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.X509Bundle;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// A backend of HTTP/2 that answers GET with one of the [Bodies], as far as it is taken, and reads the body of one other request when it is told to.
final class PouringUpstream implements AutoCloseable {

    private final Sinks.Empty<Void> reads = Sinks.empty();
    private final CompletableFuture<Long> drunk = new CompletableFuture<>();
    private final AtomicLong poured = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private final DisposableServer server;

    private PouringUpstream(HttpServer server) {
        this.server = server.host("127.0.0.1").port(0).doOnChannelInit((_, _, _) -> connections.incrementAndGet())
                .handle(this::answer).bindNow();
    }

    static PouringUpstream clear() {
        return new PouringUpstream(HttpServer.create().protocol(HttpProtocol.H2C));
    }

    static PouringUpstream secure(X509Bundle certificate) throws Exception {
        SslContext context = Http2SslContextSpec
                .forServer(certificate.getKeyPair().getPrivate(), null, certificate.getCertificatePath()).sslContext();
        return new PouringUpstream(HttpServer.create().protocol(HttpProtocol.H2).secure(ssl -> ssl.sslContext(context)));
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        if (request.method().equals(HttpMethod.GET)) {
            return response.send(Flux.range(0, Bodies.LENGTH / Bodies.PART).hide().map(_ -> {
                poured.addAndGet(Bodies.PART);
                return Unpooled.wrappedBuffer(new byte[Bodies.PART]);
            }));
        }
        return reads.asMono().thenMany(request.receive()).map(part -> (long) part.readableBytes()).reduce(0L, Long::sum)
                .doOnNext(drunk::complete).then();
    }

    int port() {
        return server.port();
    }

    int connections() {
        return connections.get();
    }

    /// How much of the download was poured out.
    AtomicLong poured() {
        return poured;
    }

    /// Reads the upload, and answers with its length.
    long drink() throws Exception {
        reads.tryEmitEmpty();
        return drunk.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
