package dev.gatehouse.gateway.redirect;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.settings.RedirectSettings;

/// The port that takes plain requests only to send them to https. Thread-safe.
public final class HttpsRedirect implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(HttpsRedirect.class);
    private static final Duration BIND = Duration.ofSeconds(30);

    private final String address;
    private final Optional<RedirectSettings> settings;
    private final UnaryOperator<HttpServer> bounds;
    private final BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>> answers;
    private volatile @Nullable DisposableServer server;

    /// @param address where to listen
    /// @param settings nothing: there is no such port
    /// @param bounds what holds for every connection to the gateway
    /// @param answers says to each request where it belongs
    public HttpsRedirect(String address, Optional<RedirectSettings> settings, UnaryOperator<HttpServer> bounds,
            BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>> answers) {
        this.address = address;
        this.settings = settings;
        this.bounds = bounds;
        this.answers = answers;
    }

    @Override
    public boolean isAutoStartup() {
        return settings.isPresent();
    }

    @Override
    public void start() {
        RedirectSettings redirect = settings.orElseThrow();
        server = bounds.apply(HttpServer.create().host(address).port(redirect.port())).handle(answers).bindNow(BIND);
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
