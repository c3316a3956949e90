package dev.gatehouse.gateway.pipeline;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslContext;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.resilience.Unprocessed;
import dev.gatehouse.gateway.tls.ClientTls;
import dev.gatehouse.gateway.upstream.Link;

/// HTTP clients of one kind, one for each way of speaking with upstreams; all take their connections from one pool. Thread-safe.
final class ClientsByLink {

    private static final int HEADER_OCTETS = 16 * 1024;

    private final HttpClient bounded;
    private final ClientTls tls;
    private final UnaryOperator<HttpClient> finish;
    private final Map<Link, HttpClient> clients = new ConcurrentHashMap<>();

    /// @param bounded with every bound that holds for all
    /// @param tls for links that have files, or speak HTTP/2 over TLS
    /// @param finish what every one of them does with its requests
    ClientsByLink(HttpClient bounded, ClientTls tls, UnaryOperator<HttpClient> finish) {
        this.bounded = bounded;
        this.tls = tls;
        this.finish = finish;
    }

    HttpClient of(Link link) {
        return clients.computeIfAbsent(link, this::client);
    }

    /// Forgets those whose ways no route goes any more.
    void keep(Set<Link> links) {
        clients.keySet().removeIf(link -> !link.equals(Link.PLAIN) && !links.contains(link));
    }

    private HttpClient client(Link link) {
        HttpClient secured = bounded;
        if (link.hasFiles() || link.protocol() == Link.Protocol.H2) {
            SslContext context = tls.context(link.ca(), link.certificate(), link.key(), link.protocol() == Link.Protocol.H2);
            secured = bounded.secure(spec -> spec.sslContext(context));
        }
        return finish.apply(switch (link.protocol()) {
            case HTTP1 -> secured
                    .doOnChannelInit((_, channel, _) -> Framing.watchUpstream(channel.pipeline(), NettyPipeline.HttpCodec));
            case H2 -> two(secured, HttpProtocol.H2);
            case H2C -> two(secured, HttpProtocol.H2C);
        });
    }

    private static HttpClient two(HttpClient client, HttpProtocol protocol) {
        return Unprocessed.noticedBy(client).protocol(protocol)
                .http2Settings(settings -> settings.maxHeaderListSize(HEADER_OCTETS))
                .doOnRequest((_, connection) -> {
                    if (connection.channel() instanceof Http2StreamChannel stream) {
                        Framing.flushReads(stream);
                    }
                })
                .doOnChannelInit((_, channel, _) -> {
                    KeepAlive.ofMany(channel);
                    Framing.watchStreamsOfUpstream(channel.pipeline(), NettyPipeline.HttpCodec);
                });
    }
}
