package dev.gatehouse.gateway.resilience;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.Upstream;

/// One attempt of a call. Of its ends the first counts: its instance and its breaker are told one outcome.
final class Attempt extends AtomicBoolean implements CoreSubscriber<Void>, Forwarding.Attempted {

    private static final long serialVersionUID = 1;

    private final transient Attempts attempts;
    private final transient Instance instance;
    private final transient UpstreamBreaker breaker;
    private final boolean repetition;
    private final boolean afresh;
    private transient volatile @Nullable Subscription subscription;

    /// @param repetition whether it is one of the upstream's budget
    /// @param afresh whether it goes out on a connection of its own
    Attempt(Attempts attempts, Instance instance, UpstreamBreaker breaker, boolean repetition, boolean afresh) {
        this.attempts = attempts;
        this.instance = instance;
        this.breaker = breaker;
        this.repetition = repetition;
        this.afresh = afresh;
    }

    Instance instance() {
        return instance;
    }

    @Override
    public Context currentContext() {
        return attempts.caller().currentContext();
    }

    @Override
    public void onSubscribe(Subscription begun) {
        if (Operators.validate(subscription, begun)) {
            subscription = begun;
            if (get()) {
                begun.cancel();
            } else {
                begun.request(Long.MAX_VALUE);
            }
        }
    }

    @Override
    public void onNext(Void nothing) {
        // A Mono<Void> never has one.
    }

    @Override
    public void onComplete() {
        if (!over()) {
            return;
        }
        if (!attempts.call().forwarding().repeatable()) {
            instance.breaksNot();
        }
        if (unavailable(attempts.call().forwarding().status())) {
            failed();
        } else {
            breaker.succeeded();
            upstream().succeeded(instance);
        }
        attempts.complete();
    }

    /// Bad gateway, service unavailable, gateway timeout (RFC 9110 §15.6).
    private static boolean unavailable(int status) {
        return status >= 502 && status <= 504;
    }

    @Override
    public boolean isOver() {
        return get();
    }

    @Override
    public boolean isAfresh() {
        return afresh;
    }

    @Override
    public boolean goesElsewhere() {
        return attempts.call().forwarding().repeatable() && upstream().hasOther(instance) && attempts.hasMore()
                && upstream().hasBudget();
    }

    @Override
    public void onError(Throwable error) {
        if (!over()) {
            Operators.onErrorDropped(error, currentContext());
            return;
        }
        boolean tooLate = attempts.call().forwarding().isTooLate();
        UpstreamFailure failure = failure(error, tooLate);
        if (failure != null && failure.kind().isUpstreamsFault() && !tooLate) {
            failed();
        } else {
            breaker.unknown();
        }
        if (failure != null && !tooLate && deservesAnother(failure) && attempts.hasMore()
                && (failure.kind() == UpstreamFailure.Kind.STALE || upstream().mayRepeat())) {
            if (failure.kind() == UpstreamFailure.Kind.STALE) {
                attempts.refresh(instance);
            } else {
                attempts.repeat(instance);
            }
        } else {
            attempts.fail(failure == null ? error : failure);
        }
    }

    private @Nullable UpstreamFailure failure(Throwable error, boolean tooLate) {
        UpstreamFailure failure = UpstreamFailure.of(error).orElse(null);
        return failure != null && !afresh && failure.isBroken() && attempts.call().forwarding().wasStale()
                && (tooLate || !isTheRequest(failure))
                        ? UpstreamFailure.stale(failure)
                        : failure;
    }

    /// Whether it is such requests that connections break on: what can be repeated finds that out by itself.
    private boolean isTheRequest(UpstreamFailure failure) {
        Forwarding forwarding = attempts.call().forwarding();
        return !forwarding.repeatable() && !isUnsent(failure)
                && instance.breaksAgain(attempts.call().guard().now(), forwarding.served().toMillis());
    }

    private boolean deservesAnother(UpstreamFailure failure) {
        Forwarding forwarding = attempts.call().forwarding();
        return switch (failure.kind()) {
            case UNREACHABLE -> forwarding.repeatable() || (forwarding.retries() != Retries.NEVER && isUnsent(failure));
            case ABORTED, STALE, UNPROCESSED -> forwarding.repeatable() || isUnsent(failure);
            case BAD_RESPONSE, UNAVAILABLE -> forwarding.repeatable();
            case OPEN, BUSY, TIMEOUT -> false;
        };
    }

    /// Where a body has begun some of it may have gone out, or is gone.
    private boolean isUnsent(UpstreamFailure failure) {
        return failure.isUnsent() && !attempts.call().upload().isBegun();
    }

    /// Breaks the attempt off, which counts as a failure of the upstream or as nothing.
    void leave(boolean fault) {
        if (!over()) {
            return;
        }
        if (fault) {
            failed();
        } else {
            breaker.unknown();
        }
        Subscription begun = subscription;
        if (begun != null) {
            begun.cancel();
        }
    }

    private void failed() {
        breaker.failed();
        upstream().failed(instance);
    }

    /// Whether this is the first to say that the attempt has ended.
    private boolean over() {
        if (!compareAndSet(false, true)) {
            return false;
        }
        if (repetition) {
            upstream().repeated();
        }
        return true;
    }

    private Upstream upstream() {
        return attempts.call().upstream();
    }
}
