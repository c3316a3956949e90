package dev.gatehouse.gateway.ratelimit;

import java.time.InstantSource;
import java.util.function.IntSupplier;

import io.netty.util.Timer;

import dev.gatehouse.gateway.bucket.Buckets;

/// What every [Tally] of an instance works with.
///
/// @param clock the wall clock; windows of instances whose clocks differ end as much apart
/// @param buckets the shared buckets
/// @param gates whether they are asked
/// @param timer keeps the deadline of draws; it may be one tick late
/// @param deadlineMillis how long a request waits at most
/// @param instances how many gateway instances share the limits while Redis is away
record Desk(InstantSource clock, Buckets buckets, Gates gates, Timer timer, long deadlineMillis, IntSupplier instances) {}
