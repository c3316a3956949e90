package dev.gatehouse.gateway.pipeline;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.concurrency.Concurrencies;
import dev.gatehouse.gateway.mirroring.Mirrors;
import dev.gatehouse.gateway.overload.LoopDelays;
import dev.gatehouse.gateway.ratelimit.RateLimiter;
import dev.gatehouse.gateway.resilience.UpstreamGuard;
import dev.gatehouse.gateway.upstream.Upstreams;

/// The parts that every route's pipeline shares.
///
/// @param authenticator who is calling
/// @param arrivals how much is left for the client's address, counted by this instance alone
/// @param limiter how much is left for the caller
/// @param concurrencies the requests of each route that are under way
/// @param upstreams where requests go
/// @param clients how they are called
/// @param mirrors sends copies of requests
/// @param guard what protects from a failing upstream
/// @param assertions signs who is calling
/// @param sockets WebSockets
/// @param loops is told how long the gateway itself takes
/// @param certificates who is calling, where a client certificate says so
record Stages(RateLimiter arrivals, Authenticator authenticator, RateLimiter limiter,
        Concurrencies concurrencies, Upstreams upstreams, UpstreamClients clients,
        Mirrors mirrors, UpstreamGuard guard,
        Assertions assertions, WebSockets sockets, LoopDelays loops, PeerCertificates certificates) {}
