package dev.gatehouse.gateway.resilience;

import java.time.Duration;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.upstream.Upstream;

/// One call with its instances, their breakers and its deadline, as a single step: a chain of `timeout`, `retryWhen`, `doOn…` and `onErrorMap` would
/// cost every request a dozen objects.
final class GuardedCall extends Mono<Void> {

    private final UpstreamGuard guard;
    private final Upstream upstream;
    private final long key;
    private final Duration timeout;
    private final Upload upload;
    private final Forwarding forwarding;

    GuardedCall(UpstreamGuard guard, Upstream upstream, long key, Duration timeout, Upload upload, Forwarding forwarding) {
        this.guard = guard;
        this.upstream = upstream;
        this.key = key;
        this.timeout = timeout;
        this.upload = upload;
        this.forwarding = forwarding;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> caller) {
        new Attempts(this, caller).begin();
    }

    UpstreamGuard guard() {
        return guard;
    }

    Upstream upstream() {
        return upstream;
    }

    long key() {
        return key;
    }

    long timeoutMillis() {
        return timeout.toMillis();
    }

    Upload upload() {
        return upload;
    }

    Forwarding forwarding() {
        return forwarding;
    }
}
