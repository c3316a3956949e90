package dev.gatehouse.gateway.pipeline;

import java.util.Set;
import java.util.stream.Collectors;

import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.upstream.Link;

/// The HTTP clients for upstreams. Thread-safe.
///
/// @param calls for requests
/// @param sockets for those that ask for a WebSocket, which only HTTP/1.1 carries here (RFC 6455 §4.1)
/// @param mirrors for copies of requests
/// @param probes for questions whether instances are well
record UpstreamClients(ClientsByLink calls, ClientsByLink sockets, ClientsByLink mirrors, ClientsByLink probes) {

    HttpClient of(Link link) {
        return calls.of(link);
    }

    HttpClient forSockets(Link link) {
        return sockets.of(link.withoutHttp2());
    }

    HttpClient forMirrors(Link link) {
        return mirrors.of(link);
    }

    HttpClient forProbes(Link link) {
        return probes.of(link);
    }

    /// Forgets those whose ways no route goes any more.
    void keep(Set<Link> links) {
        calls.keep(links);
        mirrors.keep(links);
        probes.keep(links);
        sockets.keep(links.stream().map(Link::withoutHttp2).collect(Collectors.toSet()));
    }
}
