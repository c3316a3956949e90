package dev.gatehouse.gateway.resilience;

import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// One call with its breaker and its deadline, as a single step: a chain of `timeout`, `doOn…` and `onErrorMap` would cost every request ten objects.
final class GuardedCall extends Mono<Void> {

    private final Mono<Void> call;
    private final UpstreamBreaker breaker;
    private final Upload upload;
    private final long timeoutMillis;
    private final Timer timer;
    private final InstantSource clock;
    private final IntSupplier status;

    GuardedCall(Mono<Void> call, UpstreamBreaker breaker, Upload upload, long timeoutMillis, Timer timer, InstantSource clock,
            IntSupplier status) {
        this.call = call;
        this.breaker = breaker;
        this.upload = upload;
        this.timeoutMillis = timeoutMillis;
        this.timer = timer;
        this.clock = clock;
        this.status = status;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> caller) {
        if (breaker.tryEnter()) {
            call.subscribe(new Running(caller));
        } else {
            Operators.error(caller, UpstreamFailure.open(breaker.retryAfter()));
        }
    }

    /// Of response, error, deadline and cancellation the first counts and the others find the call ended.
    private final class Running extends AtomicBoolean implements CoreSubscriber<Void>, Subscription, TimerTask {

        private static final long serialVersionUID = 1;

        private final transient CoreSubscriber<? super Void> caller;
        // Where the request lives; null on a thread that is no event loop.
        private final transient @Nullable EventExecutor home = ThreadExecutorMap.currentExecutor();
        private transient @Nullable Subscription upstream;
        private transient volatile @Nullable Timeout deadline;

        Running(CoreSubscriber<? super Void> caller) {
            this.caller = caller;
        }

        @Override
        public Context currentContext() {
            return caller.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (Operators.validate(upstream, subscription)) {
                upstream = subscription;
                deadline = timer.newTimeout(this, timeoutMillis, TimeUnit.MILLISECONDS);
                caller.onSubscribe(this);
            }
        }

        @Override
        public void onNext(Void nothing) {
            // A Mono<Void> never has one.
        }

        @Override
        public void onComplete() {
            if (end()) {
                if (unavailable(status.getAsInt())) {
                    breaker.failed();
                } else {
                    breaker.succeeded();
                }
                caller.onComplete();
            }
        }

        /// Bad gateway, service unavailable, gateway timeout (RFC 9110 §15.6).
        private static boolean unavailable(int status) {
            return status >= 502 && status <= 504;
        }

        @Override
        public void onError(Throwable error) {
            if (!end()) {
                Operators.onErrorDropped(error, currentContext());
                return;
            }
            UpstreamFailure failure = UpstreamFailure.of(error).orElse(null);
            if (failure != null && failure.kind().isUpstreamsFault()) {
                breaker.failed();
            } else {
                breaker.unknown();
            }
            caller.onError(failure == null ? error : failure);
        }

        @Override
        public void request(long n) {
            if (upstream != null) {
                upstream.request(n);
            }
        }

        @Override
        public void cancel() {
            if (end()) {
                breaker.unknown();
                cancelUpstream();
            }
        }

        /// The deadline has passed, unless the body has moved meanwhile. The timer's thread keeps all deadlines, so the answer is made elsewhere.
        @Override
        public void run(Timeout fired) {
            long left = upload.moved() + timeoutMillis - clock.millis();
            if (left > 0) {
                deadline = timer.newTimeout(this, left, TimeUnit.MILLISECONDS);
                return;
            }
            if (home == null) {
                giveUp();
                return;
            }
            try {
                home.execute(this::giveUp);
            } catch (RejectedExecutionException e) {
                giveUp();
            }
        }

        private void giveUp() {
            boolean clientsFault = upload.waitsForClient();
            if (!end()) {
                return;
            }
            cancelUpstream();
            if (clientsFault) {
                breaker.unknown();
                caller.onError(new ClientFailure(ClientFailure.Kind.STALLED, null));
            } else {
                breaker.failed();
                caller.onError(UpstreamFailure.timeout());
            }
        }

        private boolean end() {
            if (!compareAndSet(false, true)) {
                return false;
            }
            Timeout pending = deadline;
            if (pending != null) {
                pending.cancel();
            }
            return true;
        }

        private void cancelUpstream() {
            if (upstream != null) {
                upstream.cancel();
            }
        }
    }
}
