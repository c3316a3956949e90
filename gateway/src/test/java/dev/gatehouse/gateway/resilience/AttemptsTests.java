package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.channel.AbortedException;

import dev.gatehouse.gateway.ratelimit.ManualTimer;
import dev.gatehouse.gateway.ratelimit.MovedClock;
import dev.gatehouse.gateway.resilience.UpstreamFailure.Kind;
import dev.gatehouse.gateway.upstream.Balance;
import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Upstream;
import dev.gatehouse.gateway.upstream.UpstreamEvents;
import dev.gatehouse.gateway.upstream.UpstreamSpec;
import dev.gatehouse.gateway.upstream.Upstreams;

import static org.assertj.core.api.Assertions.assertThat;

/// When a request is sent again, where to and how often.
class AttemptsTests {

    private static final Mono<Void> REFUSED = Mono.error(new ConnectException("refused"));
    private static final Mono<Void> RESET = Mono.error(new IOException("Connection reset by peer"));
    private static final Mono<Void> ANSWERED = Mono.empty();

    private final MovedClock clock = new MovedClock();
    private final ManualTimer timer = new ManualTimer();
    private final UpstreamGuard guard = new UpstreamGuard(timer, clock, bound -> bound - 1, UpstreamEvents.NONE);
    private final AtomicReference<Object> end = new AtomicReference<>();

    private static final class Script implements Forwarding {

        private static final Attempted NONE = new Attempted() {
            @Override
            public boolean isOver() {
                throw new IllegalStateException("nothing was sent");
            }

            @Override
            public boolean isAfresh() {
                throw new IllegalStateException("nothing was sent");
            }

            @Override
            public boolean goesElsewhere() {
                throw new IllegalStateException("nothing was sent");
            }
        };

        private final Deque<Mono<Void>> outcomes;
        private final List<Instance> asked = new ArrayList<>();
        private boolean repeatable = true;
        private Retries retries = Retries.SAFE;
        private int status = 200;
        private boolean stale;
        private boolean tooLate;
        private Duration served = Duration.ofMinutes(1);
        private Attempted last = NONE;

        @SafeVarargs
        @SuppressWarnings("varargs") // the array is only read
        Script(Mono<Void>... outcomes) {
            this.outcomes = new ArrayDeque<>(List.of(outcomes));
        }

        Script notRepeatable() {
            repeatable = false;
            return this;
        }

        /// What fails is a connection of the pool.
        Script stale() {
            stale = true;
            return this;
        }

        /// What fails is a connection of the pool that has served for so long.
        Script staleAfter(Duration time) {
            served = time;
            return stale();
        }

        Script tooLate() {
            tooLate = true;
            return this;
        }

        Script never() {
            repeatable = false;
            retries = Retries.NEVER;
            return this;
        }

        @Override
        public Mono<Void> to(Instance instance, Attempted attempt) {
            asked.add(instance);
            last = attempt;
            Mono<Void> next = outcomes.removeFirst();
            return status == 503 && asked.size() == 1
                    ? Mono.defer(() -> attempt.goesElsewhere() ? Mono.error(UpstreamFailure.unavailable()) : Mono.empty())
                    : next;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public boolean wasStale() {
            return stale && !last.isAfresh();
        }

        @Override
        public Duration served() {
            return served;
        }

        @Override
        public boolean isTooLate() {
            return tooLate;
        }

        @Override
        public boolean repeatable() {
            return repeatable;
        }

        @Override
        public Retries retries() {
            return retries;
        }
    }

    private Upstream upstream(int instances) {
        Upstreams all = new Upstreams(clock, _ -> 0, UpstreamEvents.NONE);
        UpstreamSpec spec = new UpstreamSpec("u",
                IntStream.range(0, instances).mapToObj(i -> new InstanceSpec(URI.create("http://i" + i), 1)).toList(),
                new Balance.LeastBusy());
        all.replace(List.of(spec));
        return all.of(spec);
    }

    private Disposable send(Script script, Upstream upstream, Upload upload) {
        return guard.around(upstream, 0, Duration.ofSeconds(10), upload, script).subscribe(_ -> {}, end::set,
                () -> end.set("answered"));
    }

    private void pass(long millis) throws Exception {
        clock.move(Duration.ofMillis(millis));
        timer.pass(millis);
    }

    private List<Instance> afterAll(Script script, int instances) throws Exception {
        send(script, upstream(instances), Upload.NONE);
        pass(25);
        pass(100);
        return script.asked;
    }

    private Kind failure() {
        return ((UpstreamFailure) end.get()).kind();
    }

    @Test
    void sendsAgainWhatReachedNobodyWhateverItIs() throws Exception {
        assertThat(afterAll(new Script(REFUSED, ANSWERED).notRepeatable(), 1)).hasSize(2);
        assertThat(end).hasValue("answered");
    }

    @Test
    void sendsNothingAgainThatMayHaveArrived() throws Exception {
        assertThat(afterAll(new Script(RESET).notRepeatable(), 2)).hasSize(1);
        assertThat(failure()).isEqualTo(Kind.BAD_RESPONSE);
    }

    @Test
    void takesARefusedTlsSessionForOneThatMayHaveArrived() throws Exception {
        assertThat(afterAll(new Script(Mono.error(new SSLHandshakeException("alert"))).notRepeatable(), 2)).hasSize(1);
    }

    @Test
    void sendsAgainWhatMayBeRepeated() throws Exception {
        assertThat(afterAll(new Script(RESET, ANSWERED), 1)).hasSize(2);
        assertThat(end).hasValue("answered");
    }

    @Test
    void prefersAnotherInstance() throws Exception {
        assertThat(afterAll(new Script(RESET, RESET, ANSWERED), 2)).hasSize(3).satisfies(
                asked -> assertThat(asked.get(0)).isNotSameAs(asked.get(1)),
                asked -> assertThat(asked.get(1)).isNotSameAs(asked.get(2)));
    }

    @Test
    void triesThreeTimesInAll() throws Exception {
        assertThat(afterAll(new Script(RESET, RESET, RESET, ANSWERED), 3)).hasSize(3);
        assertThat(failure()).isEqualTo(Kind.BAD_RESPONSE);
    }

    @Test
    void sendsNothingAgainWhereTheRouteSaysNever() throws Exception {
        assertThat(afterAll(new Script(REFUSED).never(), 2)).hasSize(1);
    }

    @Test
    void waitsBeforeItRepeats() throws Exception {
        Script script = new Script(RESET, ANSWERED);
        send(script, upstream(1), Upload.NONE);
        pass(24);
        assertThat(script.asked).hasSize(1);
        pass(1);
        assertThat(script.asked).hasSize(2);
    }

    @Test
    void goesElsewhereWithAnAnswerThatTheInstanceCannotServe() throws Exception {
        Script script = new Script(ANSWERED, Mono.<Void>empty().hide());
        script.status = 503;
        assertThat(afterAll(script, 2)).hasSize(2);
    }

    @Test
    void passesSuchAnAnswerOnWhereThereIsNobodyElse() throws Exception {
        Script script = new Script(ANSWERED);
        script.status = 503;
        assertThat(afterAll(script, 1)).hasSize(1);
        assertThat(end).hasValue("answered");
    }

    @Test
    void sendsNothingAgainWhoseBodyHasBegun() throws Exception {
        Upload upload = guard.upload();
        upload.watched(Flux.just("part")).subscribe();
        Script script = new Script(REFUSED).notRepeatable();
        send(script, upstream(2), upload);
        pass(25);
        assertThat(script.asked).hasSize(1);
    }

    @Test
    void keepsOneDeadlineForAllAttempts() throws Exception {
        Script script = new Script(Mono.<Void>never().doOnCancel(() -> end.set("cancelled")), ANSWERED);
        script.outcomes.addFirst(RESET);
        send(script, upstream(2), Upload.NONE);
        pass(25);
        pass(9_974);
        assertThat(end).hasValue(null);
        pass(1);
        assertThat(failure()).isEqualTo(Kind.TIMEOUT);
    }

    /// What is kept for a second attempt was sent by its client once.
    @Test
    void keepsOneDeadlineForABodyThatIsSentAgain() throws Exception {
        Upload upload = guard.upload();
        Mono<String> held = upload.watched(Flux.just("body")).last().cache();
        Script script = new Script(held.then(Mono.<Void>never()), ANSWERED);
        Sinks.Empty<Void> first = Sinks.empty();
        script.outcomes.addFirst(held.then(first.asMono()));
        send(script, upstream(2), upload);
        pass(4_000);
        first.tryEmitError(new IOException("Connection reset by peer"));
        pass(25);
        assertThat(script.asked).hasSize(2);
        pass(5_974);
        assertThat(end).hasValue(null);
        pass(1);
        assertThat(failure()).isEqualTo(Kind.TIMEOUT);
    }

    /// Cancelled by one thread while another makes the next attempt.
    @RepeatedTest(50)
    void leavesNoAttemptBehindWhoeverIsFaster() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        Mono<Void> forever = Mono.<Void>never().doOnSubscribe(_ -> begun.incrementAndGet())
                .doOnCancel(cancelled::incrementAndGet);
        Script script = new Script(RESET, forever);
        Disposable call = send(script, upstream(2), Upload.NONE);
        CyclicBarrier start = new CyclicBarrier(2);
        Thread other = Thread.ofPlatform().start(() -> {
            await(start);
            call.dispose();
        });
        await(start);
        pass(25);
        other.join();
        assertThat(cancelled).hasValue(begun.get());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /// A backend that was replaced leaves all connections of the pool stale: none of them says anything of the one that is there now.
    @Test
    void blamesNobodyForAConnectionThatHadGoneStale() {
        Upstream upstream = upstream(2);
        for (int i = 0; i < 100; i++) {
            Script script = new Script(RESET, ANSWERED).stale();
            send(script, upstream, Upload.NONE);
            assertThat(end).hasValue("answered");
            assertThat(script.asked).as("the same instance, at once").hasSize(2).containsOnly(script.asked.getFirst());
            assertThat(script.last.isAfresh()).isTrue();
        }
        assertThat(guard.states()).containsValue("CLOSED").doesNotContainValue("OPEN");
        assertThat(upstream.instances()).allMatch(each -> each.inService(clock.millis()));
    }

    @Test
    void blamesTheInstanceWhenAConnectionOfItsOwnBreaks() throws Exception {
        Script script = new Script(RESET, RESET, ANSWERED).stale();
        Upstream upstream = upstream(2);
        send(script, upstream, Upload.NONE);
        pass(100);
        assertThat(end).hasValue("answered");
        assertThat(script.asked).hasSize(3);
        assertThat(script.asked.getLast()).as("another instance").isNotEqualTo(script.asked.getFirst());
    }

    /// Nothing of it was written: then it goes out again whatever it is.
    @Test
    void sendsAgainWhatAStaleConnectionNeverTook() throws Exception {
        Script script = new Script(Mono.error(AbortedException.beforeSend()), ANSWERED).stale().notRepeatable();
        send(script, upstream(1), Upload.NONE);
        assertThat(end).hasValue("answered");
        assertThat(script.asked).hasSize(2);
    }

    @Test
    void asksAnotherWhereTheBreakerHasOpenedMeanwhile() {
        Upstream upstream = upstream(2);
        Script script = new Script(Mono.defer(() -> {
            for (int i = 0; i < 20; i++) {
                guard.breaker(upstream.instances().getFirst()).failed();
            }
            return RESET;
        }), ANSWERED).stale();
        send(script, upstream, Upload.NONE);
        assertThat(end).hasValue("answered");
        assertThat(script.asked).containsExactlyElementsOf(upstream.instances());
    }

    @Test
    void sendsNothingAgainOnAnotherConnectionThatMayHaveArrived() {
        send(new Script(RESET).stale().notRepeatable(), upstream(1), Upload.NONE);
        assertThat(failure()).isEqualTo(Kind.STALE);
    }

    /// As when a firewall has forgotten all of them: connections that were kept before the first one broke say nothing of the instance.
    @Test
    void blamesNobodyForManyConnectionsThatWereGivenUpTogether() throws Exception {
        Upstream upstream = upstream(2);
        for (int i = 0; i < 100; i++) {
            pass(10);
            send(new Script(RESET).staleAfter(Duration.ofMinutes(1)).notRepeatable(), upstream, Upload.NONE);
            assertThat(failure()).isEqualTo(Kind.STALE);
        }
        assertThat(guard.states()).doesNotContainValue("OPEN");
        assertThat(upstream.instances()).allMatch(each -> each.inService(clock.millis()));
    }

    /// As of a backend that closes idle connections sooner than the gateway: now and then a request meets one that is about to be closed.
    @Test
    void blamesNobodyWhereSuchRequestsAreAnsweredInBetween() throws Exception {
        Upstream upstream = upstream(1);
        for (int i = 0; i < 100; i++) {
            send(new Script(RESET).staleAfter(Duration.ofSeconds(1)).notRepeatable(), upstream, Upload.NONE);
            assertThat(failure()).isEqualTo(Kind.STALE);
            pass(5_000);
            send(new Script(ANSWERED).notRepeatable(), upstream, Upload.NONE);
            pass(5_000);
        }
        assertThat(guard.states()).doesNotContainValue("OPEN");
    }

    /// What else it answers makes its connections look well.
    @Test
    void blamesTheInstanceWhoseConnectionsBreakOnSuchRequestsAgainAndAgain() throws Exception {
        Upstream upstream = upstream(1);
        for (int i = 0; i < 7; i++) {
            pass(2_000);
            send(new Script(ANSWERED), upstream, Upload.NONE);
            assertThat(end).hasValue("answered");
            for (int j = 0; j < 2; j++) {
                pass(10);
                send(new Script(RESET).staleAfter(Duration.ofMillis(10)).notRepeatable(), upstream, Upload.NONE);
                assertThat(failure()).isEqualTo(i + j == 0 ? Kind.STALE : Kind.BAD_RESPONSE);
            }
        }
        assertThat(guard.states()).containsValue("OPEN");
    }

    /// Of such requests there are few, and others open its connections.
    @Test
    void blamesNobodyForConnectionsThatBrokeLongAfterOneAnother() throws Exception {
        Upstream upstream = upstream(1);
        for (int i = 0; i < 10; i++) {
            send(new Script(RESET).staleAfter(Duration.ofMinutes(1)).notRepeatable(), upstream, Upload.NONE);
            assertThat(failure()).isEqualTo(Kind.STALE);
            pass(Duration.ofMinutes(6).toMillis());
        }
    }

    /// Its upstream may know the caller's time, too, and end the call by itself a moment before the gateway does.
    @Test
    void blamesNobodyForWhatFailsWhenItsCallerHasStoppedWaiting() {
        Upstream upstream = upstream(1);
        for (int i = 0; i < 100; i++) {
            Script script = new Script(RESET).tooLate();
            send(script, upstream, Upload.NONE);
            assertThat(script.asked).hasSize(1);
            assertThat(failure()).isEqualTo(Kind.BAD_RESPONSE);
        }
        assertThat(guard.states()).doesNotContainValue("OPEN");
    }

    @Test
    void remembersNoConnectionThatBrokeWhenItsCallerHadStoppedWaiting() {
        Upstream upstream = upstream(1);
        send(new Script(RESET).stale().tooLate().notRepeatable(), upstream, Upload.NONE);
        send(new Script(RESET).staleAfter(Duration.ZERO).notRepeatable(), upstream, Upload.NONE);
        assertThat(failure()).as("the first that breaks").isEqualTo(Kind.STALE);
    }

    /// On its own thread: the answer's is about to ask when the timer says that it is too late, and from then on the answer is the gateway's own.
    @Test
    void wantsNoAnswerOnceTheDeadlineHasPassed() throws Exception {
        Script script = new Script(Mono.never());
        send(script, upstream(1), Upload.NONE);
        assertThat(script.last.isOver()).isFalse();
        pass(10_000);
        assertThat(failure()).isEqualTo(Kind.TIMEOUT);
        assertThat(script.last.isOver()).isTrue();
    }

    @Test
    void repeatsNothingWhenTheDeadlineIsNear() throws Exception {
        Script late = new Script(Mono.defer(() -> {
            clock.move(Duration.ofMillis(9_980));
            return RESET;
        }));
        send(late, upstream(2), Upload.NONE);
        assertThat(late.asked).hasSize(1);
        assertThat(failure()).isEqualTo(Kind.BAD_RESPONSE);
    }

    @Test
    void sendsNothingAfterItsClientLeft() throws Exception {
        Script script = new Script(RESET, ANSWERED);
        Upstream upstream = upstream(1);
        send(script, upstream, Upload.NONE).dispose();
        pass(25);
        assertThat(script.asked).hasSize(1);
        assertThat(spareBudget(upstream)).isEqualTo(3);
    }

    @Test
    void keepsToTheBudgetOfTheUpstream() throws Exception {
        Upstream upstream = upstream(1);
        for (int i = 0; i < 3; i++) {
            send(new Script(RESET, Mono.never()), upstream, Upload.NONE);
        }
        pass(25);
        Script fourth = new Script(RESET, ANSWERED);
        send(fourth, upstream, Upload.NONE);
        pass(25);
        assertThat(fourth.asked).hasSize(1);
    }

    @Test
    void givesTheBudgetBackHoweverARepetitionEnds() throws Exception {
        Upstream upstream = upstream(2);
        send(new Script(RESET, ANSWERED), upstream, Upload.NONE);
        send(new Script(RESET, Mono.error(new IllegalStateException("ours"))), upstream, Upload.NONE);
        pass(25);
        send(new Script(RESET, Mono.never()), upstream, Upload.NONE);
        Disposable leaving = send(new Script(RESET, Mono.never()), upstream, Upload.NONE);
        pass(25);
        leaving.dispose();
        pass(10_000);
        assertThat(spareBudget(upstream)).isEqualTo(3);
    }

    @Test
    void leavesInstancesAloneWhoseBreakerIsOpen() {
        Upstream upstream = upstream(2);
        Instance first = upstream.instances().getFirst();
        for (int i = 0; i < 20; i++) {
            guard.breaker(first).failed();
        }
        for (int i = 0; i < 10; i++) {
            Script script = new Script(ANSWERED);
            send(script, upstream, Upload.NONE);
            assertThat(script.asked).containsExactly(upstream.instances().getLast());
        }
    }

    @Test
    void refusesOnlyWhenAllBreakersAreOpen() {
        Upstream upstream = upstream(2);
        for (int i = 0; i < 20; i++) {
            upstream.instances().forEach(each -> guard.breaker(each).failed());
        }
        send(new Script(ANSWERED), upstream, Upload.NONE);
        assertThat(failure()).isEqualTo(Kind.OPEN);
    }

    private static int spareBudget(Upstream upstream) {
        int spare = 0;
        while (upstream.mayRepeat()) {
            spare++;
        }
        return spare;
    }
}
