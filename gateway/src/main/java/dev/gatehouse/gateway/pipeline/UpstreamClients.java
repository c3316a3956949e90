package dev.gatehouse.gateway.pipeline;

import java.util.Set;
import java.util.stream.Collectors;

import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.upstream.Link;

/// The HTTP clients for upstreams. Thread-safe.
///
/// @param calls for requests
/// @param fresh for requests that must not meet a connection which its other side has given up
/// @param sockets for those that ask for a WebSocket, which only HTTP/1.1 carries here (RFC 6455 §4.1)
/// @param mirrors for copies of requests
/// @param probes for questions whether instances are well
/// @param streamQueue how many requests may wait for a stream of one instance; the client's own pools of HTTP/2 let any number wait
record UpstreamClients(ClientsByLink calls, ClientsByLink fresh, ClientsByLink sockets, ClientsByLink mirrors,
        ClientsByLink probes,
        int streamQueue) {

    HttpClient of(Link link) {
        return calls.of(link);
    }

    /// Of HTTP/2 the usual one: its pool keeps no connection that broke.
    HttpClient afresh(Link link) {
        return link.protocol() == Link.Protocol.HTTP1 ? fresh.of(link) : calls.of(link);
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
        fresh.keep(links);
        mirrors.keep(links);
        probes.keep(links);
        sockets.keep(links.stream().map(Link::withoutHttp2).collect(Collectors.toSet()));
    }
}
