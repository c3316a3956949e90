package dev.gatehouse.gateway.pipeline;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.ratelimit.RateLimiter;
import dev.gatehouse.gateway.resilience.UpstreamGuard;

/// The parts that every route's pipeline shares.
///
/// @param authenticator who is calling
/// @param arrivals how much is left for the client's address, counted by this instance alone
/// @param limiter how much is left for the caller
/// @param guard what protects from a failing upstream
/// @param assertions signs who is calling
record Stages(RateLimiter arrivals, Authenticator authenticator, RateLimiter limiter, UpstreamGuard guard,
        Assertions assertions) {}
