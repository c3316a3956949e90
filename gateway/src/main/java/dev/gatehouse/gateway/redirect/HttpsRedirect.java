package dev.gatehouse.gateway.redirect;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Problem;
import dev.gatehouse.gateway.settings.RedirectSettings;

/// Answers every plain request with 308 and the same address on https (RFC 9110 §15.4.9), which keeps method and body. A request's own `Host` says where
/// to, as a browser sent it; nothing else of a request can choose another place. Thread-safe.
public final class HttpsRedirect implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(HttpsRedirect.class);
    private static final Duration BIND = Duration.ofSeconds(30);

    private final String address;
    private final Optional<RedirectSettings> settings;
    private final UnaryOperator<HttpServer> bounds;
    private volatile @Nullable DisposableServer server;

    /// @param address where to listen
    /// @param settings nothing: there is no such port
    /// @param bounds what holds for every connection to the gateway
    public HttpsRedirect(String address, Optional<RedirectSettings> settings, UnaryOperator<HttpServer> bounds) {
        this.address = address;
        this.settings = settings;
        this.bounds = bounds;
    }

    @Override
    public boolean isAutoStartup() {
        return settings.isPresent();
    }

    @Override
    public void start() {
        RedirectSettings redirect = settings.orElseThrow();
        server = bounds.apply(HttpServer.create().host(address).port(redirect.port()))
                .handle((request, response) -> answer(request, response, redirect.to())).bindNow(BIND);
        LOG.info("Plain HTTP on port {} is sent to https on port {}", port(), redirect.to());
    }

    /// Where it listens.
    public int port() {
        DisposableServer bound = server;
        if (bound == null) {
            throw new IllegalStateException("not started");
        }
        return bound.port();
    }

    private static Mono<Void> answer(HttpServerRequest request, HttpServerResponse response, int port) {
        response.header(HttpHeaderNames.CACHE_CONTROL, "no-store");
        return switch (Location.of(request.uri(), request.requestHeaders().getAll(HttpHeaderNames.HOST), port)) {
            case Location.Known known -> response.status(308).header(HttpHeaderNames.LOCATION, known.address())
                    .header(HttpHeaderNames.CONTENT_LENGTH, "0").send().then();
            case Location.Refused refused -> refuse(response, refused.code());
        };
    }

    private static Mono<Void> refuse(HttpServerResponse response, Code code) {
        String id = UUID.randomUUID().toString();
        byte[] body = new Problem(code, id).json();
        return response.status(code.status()).header("X-Request-Id", id).header(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length)).keepAlive(false)
                .sendByteArray(Mono.just(body)).then();
    }

    @Override
    public void stop() {
        DisposableServer bound = server;
        server = null;
        if (bound != null) {
            bound.disposeNow(BIND);
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
