package dev.gatehouse.gateway.resilience;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

import io.netty.util.Timer;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamEvents;
import dev.gatehouse.gateway.upstream.UpstreamSpec;
import dev.gatehouse.gateway.upstream.Upstreams;

/// A guard with upstreams of one instance each, whose requests are sent once.
final class TestGuard {

    private final UpstreamGuard guard;
    private final Upstreams upstreams;
    private final Set<UpstreamSpec> known = new HashSet<>();

    TestGuard(Timer timer, Clock clock) {
        guard = new UpstreamGuard(timer, clock, _ -> 0, UpstreamEvents.NONE);
        upstreams = new Upstreams(clock, _ -> 0, UpstreamEvents.NONE);
    }

    synchronized Mono<Void> around(String url, Duration timeout, Upload upload, Mono<Void> call, IntSupplier status) {
        UpstreamSpec spec = UpstreamSpec.at(new InstanceSpec(URI.create(url), 1));
        known.add(spec);
        upstreams.replace(known);
        return guard.around(upstreams.of(spec), 0, timeout, upload, new Once(call, status));
    }

    Upload upload() {
        return guard.upload();
    }

    Map<String, String> states() {
        return guard.states();
    }

    private record Once(Mono<Void> call, IntSupplier answer) implements Forwarding {
        @Override
        public Mono<Void> to(Instance instance, Attempted attempt) {
            return call;
        }

        @Override
        public int status() {
            return answer.getAsInt();
        }

        @Override
        public boolean wasStale() {
            return false;
        }

        @Override
        public Duration served() {
            return Duration.ZERO;
        }

        @Override
        public boolean repeatable() {
            return false;
        }

        @Override
        public Retries retries() {
            return Retries.NEVER;
        }
    }
}
