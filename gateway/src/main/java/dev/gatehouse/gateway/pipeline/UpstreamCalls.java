package dev.gatehouse.gateway.pipeline;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.client.HttpClient;

/// The host's calls to upstreams, each with its route's own client. Thread-safe.
final class UpstreamCalls extends NettyRoutingFilter {

    /// A route's metadatum: its [HttpClient].
    static final String CLIENT = "gatehouse.client";
    /// The same for those of its requests that ask for a WebSocket.
    static final String SOCKETS = "gatehouse.sockets";

    private final HttpClient plain;
    private final String metadatum;

    /// @param plain for routes without the metadatum
    /// @param metadatum under which a route has its own
    UpstreamCalls(HttpClient plain, String metadatum, ObjectProvider<List<HttpHeadersFilter>> filters) {
        super(plain, filters, new HttpClientProperties());
        this.plain = plain;
        this.metadatum = metadatum;
    }

    @Override
    protected HttpClient getHttpClient(Route route, ServerWebExchange exchange) {
        return route.getMetadata().get(metadatum) instanceof HttpClient own ? own : plain;
    }
}
