package dev.gatehouse.gateway.pipeline;

import java.time.Clock;
import java.util.Optional;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.ssl.SslContext;
import reactor.netty.NettyPipeline;
import reactor.netty.http.Http2SettingsSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

import dev.gatehouse.gateway.connection.ConnectionShares;
import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.preamble.Preambles;
import dev.gatehouse.gateway.problem.UnreadableRequests;
import dev.gatehouse.gateway.proxies.TrustedProxies;
import dev.gatehouse.gateway.settings.ConnectionSettings;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.tls.ServerTls;

/// What holds for every connection of a client, on whatever port: its bounds and deadlines, and what is looked at before the host sees a request.
/// Thread-safe.
final class ClientConnections {

    private static final int STREAMS = 100;
    // As much as of HTTP/1.1, see application.yml.
    private static final int HEADER_OCTETS = 16 * 1024;
    private static final int FRAME_OCTETS = 16 * 1024;
    private static final int RESETS = 200;
    private static final int RESET_SECONDS = 30;

    private final ConnectionSettings bounds;
    private final ConnectionShares shares;
    private final Preambles preambles;
    private final Departures departures;
    private final StreamedConnections streamed;
    private final TargetSyntax syntax = new TargetSyntax();

    ClientConnections(GatewaySettings settings, Clock clock, MeterRegistry registry, Departures departures,
            StreamedConnections streamed) {
        this.bounds = settings.connections();
        TrustedProxies proxies = TrustedProxies.of(settings.trustedProxies(), settings.trustedFields());
        this.shares = new ConnectionShares(bounds.addressConnections(), proxies::trusts,
                Counter.builder("gatehouse.connections.refused")
                        .description("Connections closed when they were opened, since their address had its share of all")
                        .register(registry)::increment);
        this.preambles = new Preambles(proxies::trusts, shares::admit, bounds.headerTimeout(), clock);
        this.departures = departures;
        this.streamed = streamed;
    }

    /// HTTP/1.1 and nothing else.
    HttpServer plain(HttpServer server) {
        return bounded(server).protocol(HttpProtocol.HTTP11);
    }

    /// What the settings say: with TLS where there is a certificate, and HTTP/2 where that is wanted.
    HttpServer secured(HttpServer server, Optional<ServerTls> tls) {
        HttpServer bounded = bounded(server).http2Settings(ClientConnections::http2);
        if (tls.isEmpty()) {
            return bounds.protocols().h2c() ? bounded.protocol(HttpProtocol.HTTP11, HttpProtocol.H2C) : bounded;
        }
        SslContext context = tls.get().context();
        HttpServer secured = bounded.secure(spec -> spec.sslContext(context).handshakeTimeout(bounds.headerTimeout()));
        return bounds.protocols().http2() ? secured.protocol(HttpProtocol.HTTP11, HttpProtocol.H2) : secured;
    }

    private HttpServer bounded(HttpServer server) {
        return server.forwarded(false).idleTimeout(bounds.idleTimeout()).maxConnections(bounds.maxConnections())
                .doOnChannelInit((_, channel, _) -> {
                    if (bounds.proxyProtocol() || shares.admit(channel)) {
                        KeepAlive.begin(channel);
                        watch(channel.pipeline());
                    }
                });
    }

    /// Finite, and told to the client (RFC 9113 §6.5.2). Resets are counted in both directions: those of the client (CVE-2023-44487), and those that it makes
    /// the gateway send (CVE-2025-8671).
    private static void http2(Http2SettingsSpec.Builder settings) {
        settings.maxConcurrentStreams(STREAMS).maxHeaderListSize(HEADER_OCTETS).maxFrameSize(FRAME_OCTETS)
                .maxDecodedRstFramesPerWindow(RESETS, RESET_SECONDS).maxEncodedRstFramesPerWindow(RESETS, RESET_SECONDS);
    }

    private void watch(ChannelPipeline pipeline) {
        if (pipeline.get(NettyPipeline.HttpCodec) != null) {
            requests(pipeline, NettyPipeline.HttpCodec);
        } else if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
            Framing.whenNegotiated(pipeline, NettyPipeline.H2OrHttp11Codec, () -> negotiated(pipeline));
        } else {
            Framing.whenPrefaced(pipeline, bounds, () -> withoutUpgrade(pipeline), () -> streams(pipeline, true));
        }
        if (bounds.proxyProtocol()) {
            preambles.demand(pipeline);
        }
    }

    private void negotiated(ChannelPipeline pipeline) {
        if (pipeline.get(NettyPipeline.HttpCodec) instanceof Http2FrameCodec) {
            streams(pipeline, false);
        } else {
            requests(pipeline, NettyPipeline.HttpCodec);
        }
    }

    /// Whoever begins with HTTP/1.1 stays with it: a change to HTTP/2 on the way (`Upgrade: h2c`, taken out of RFC 9113) is ignored like any other.
    private void withoutUpgrade(ChannelPipeline pipeline) {
        pipeline.remove(NettyPipeline.H2CUpgradeHandler);
        pipeline.remove(HttpServerUpgradeHandler.class);
        requests(pipeline, pipeline.context(HttpServerCodec.class).name());
    }

    private void requests(ChannelPipeline pipeline, String codec) {
        Framing.watch(pipeline, codec, bounds);
        pipeline.addAfter(Framing.LAST, "gatehouse.target", syntax);
        pipeline.addAfter("gatehouse.target", "gatehouse.unreadable", new UnreadableRequests(departures::turnedAway));
    }

    private void streams(ChannelPipeline pipeline, boolean prefaced) {
        if (pipeline.get(NettyPipeline.IdleTimeoutHandler) != null) {
            pipeline.remove(NettyPipeline.IdleTimeoutHandler); // it would end silent answers too; Framing knows of streams
        }
        Framing.watchStreams(pipeline, NettyPipeline.HttpCodec, bounds, prefaced, STREAMS, departures::turnedAway);
        streamed.add(pipeline.channel());
    }
}
