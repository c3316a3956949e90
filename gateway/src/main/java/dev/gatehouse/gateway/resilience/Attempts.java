package dev.gatehouse.gateway.resilience;

import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

import dev.gatehouse.gateway.loop.Home;
import dev.gatehouse.gateway.upstream.Instance;

/// The attempts of one call, one after the other, under one deadline. Of response, error, deadline and cancellation the first counts and the others
/// find the call ended.
final class Attempts extends AtomicBoolean implements Subscription, TimerTask {

    private static final long serialVersionUID = 1;
    private static final int MOST_REPETITIONS = 2;
    // At most this long before the first repetition, and four times as long before the second: what fails at once must not be asked at once by all.
    private static final int PAUSE_MILLIS = 25;

    private final transient GuardedCall call;
    private final transient CoreSubscriber<? super Void> caller;
    private final transient Home home = Home.here();
    private final long begun;
    private int repetitions;
    private transient volatile @Nullable Attempt running;
    private transient volatile @Nullable Timeout deadline;

    Attempts(GuardedCall call, CoreSubscriber<? super Void> caller) {
        this.call = call;
        this.caller = caller;
        this.begun = call.guard().now();
    }

    void begin() {
        Attempt first = enter(null, false);
        if (first == null) {
            Operators.error(caller, UpstreamFailure.open(call.guard().retryAfter(call.upstream())));
            return;
        }
        deadline = call.guard().after(call.timeoutMillis(), this);
        caller.onSubscribe(this);
        make(first);
    }

    /// The next attempt, past the breaker of its instance; null when the breakers let nothing pass.
    private @Nullable Attempt enter(@Nullable Instance tried, boolean repetition) {
        for (int asked = 0; asked < call.upstream().size(); asked++) {
            Instance instance = call.upstream().choose(call.key(), tried);
            UpstreamBreaker breaker = call.guard().breaker(instance);
            if (breaker.tryEnter()) {
                return new Attempt(this, instance, breaker, repetition, false);
            }
            instance.restUntil(call.guard().now() + breaker.retryAfter().toMillis());
        }
        return null;
    }

    private void make(Attempt next) {
        running = next;
        if (get()) {
            next.leave(false);
        } else {
            call.forwarding().to(next.instance(), next).subscribe(next);
        }
    }

    @Override
    public void request(long n) {
        // A Mono<Void> has nothing to wait for but its end.
    }

    @Override
    public void cancel() {
        if (end()) {
            leave(false);
        }
    }

    /// Only once the call has ended: an attempt that begins meanwhile finds that itself.
    private void leave(boolean fault) {
        Attempt last = running;
        if (last != null) {
            last.leave(fault);
        }
    }

    /// The deadline has passed, unless the body has moved meanwhile. The timer's thread keeps all deadlines, so the answer is made elsewhere.
    @Override
    public void run(Timeout fired) {
        long left = call.upload().moved() + call.timeoutMillis() - call.guard().now();
        if (left > 0) {
            deadline = call.guard().after(left, this);
        } else {
            home.execute(this::giveUp);
        }
    }

    private void giveUp() {
        boolean clientsFault = call.upload().waitsForClient();
        if (!end()) {
            return;
        }
        leave(!clientsFault);
        caller.onError(clientsFault ? new ClientFailure(ClientFailure.Kind.STALLED, null) : UpstreamFailure.timeout());
    }

    /// Whether this is the first to say that the call has ended.
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

    /// Ends the call well.
    void complete() {
        if (end()) {
            caller.onComplete();
        }
    }

    /// Ends the call with an error.
    void fail(Throwable error) {
        if (end()) {
            caller.onError(error);
        }
    }

    GuardedCall call() {
        return call;
    }

    CoreSubscriber<? super Void> caller() {
        return caller;
    }

    /// Whether there is time and patience for one more attempt.
    boolean hasMore() {
        long left = Math.max(begun, call.upload().moved()) + call.timeoutMillis() - call.guard().now();
        return repetitions < MOST_REPETITIONS && left > PAUSE_MILLIS && !get();
    }

    /// Sends the request again after a pause. The upstream's budget has been asked.
    void repeat(Instance failed) {
        int longest = repetitions++ == 0 ? PAUSE_MILLIS : 4 * PAUSE_MILLIS;
        call.guard().after(1 + call.guard().random(longest), _ -> home.execute(() -> again(failed)));
    }

    /// Sends the request again at once, to the same instance: the connection was at fault, not the instance, and all others of its pool may be like it.
    void refresh(Instance instance) {
        repetitions++;
        home.execute(() -> {
            UpstreamBreaker breaker = call.guard().breaker(instance);
            Attempt next = get()
                    ? null
                    : breaker.tryEnter() ? new Attempt(this, instance, breaker, false, true) : enter(instance, false);
            if (next == null) {
                fail(UpstreamFailure.open(call.guard().retryAfter(call.upstream())));
            } else {
                make(next);
            }
        });
    }

    private void again(Instance failed) {
        Attempt next = get() ? null : enter(failed, true);
        if (next == null) {
            call.upstream().repeated();
            fail(UpstreamFailure.open(call.guard().retryAfter(call.upstream())));
        } else {
            make(next);
        }
    }
}
