package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.Timer;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.bucket.Buckets;
import dev.gatehouse.gateway.bucket.RedisBuckets;
import dev.gatehouse.gateway.loop.Home;
import dev.gatehouse.gateway.ratelimit.Admission.Admitted;
import dev.gatehouse.gateway.ratelimit.Admission.Exceeded;
import dev.gatehouse.gateway.ratelimit.Admission.Standing;
import dev.gatehouse.gateway.ratelimit.Tally.Answer;

/// Counts requests in fixed windows, shared through Redis where there is one. Answers within its deadline whatever state Redis is in; most answers are
/// there at once. A request is charged when [#admit] is called, not when the answer is subscribed to.
///
/// A request that one limit refuses costs nothing from any: what earlier limits were charged they get back. Else a client that keeps
/// running into its burst limit would use up its day with requests that never passed.
public final class WindowRateLimiter implements RateLimiter {

    // Whatever keys clients invent, memory ends here, at some 30 MB. A key that is pushed out starts afresh, in Redis it does not.
    private static final int MOST_TALLIES = 100_000;
    // Routes come and go with reloads; far more than any file has.
    private static final int MOST_ROUTES = 10_000;
    private static final Mono<Admission> UNLIMITED = Mono.just(new Admitted(List.of(), false));

    private final Desk desk;
    private final LimiterMetrics metrics;
    private final ConcurrentHashMap<String, Prepared> routes = new ConcurrentHashMap<>();
    private final LoadingCache<TallyKey, Tally> tallies;

    private WindowRateLimiter(Desk desk, Function<LoadingCache<TallyKey, Tally>, LimiterMetrics> measured) {
        this.desk = desk;
        tallies = Caffeine.newBuilder()
                .maximumSize(MOST_TALLIES).executor(Runnable::run)
                .expireAfter(Expiry.<TallyKey, Tally>accessing((key, _) -> key.rule().spec().every()))
                .build(key -> new Tally(key, desk));
        metrics = measured.apply(tallies);
    }

    /// Shares limits through Redis.
    ///
    /// @param clock the same clock that `buckets` goes by
    /// @param timer keeps deadlines; its ticks must not be longer than 5 ms
    /// @param deadline how long one decision waits for Redis before this instance counts alone
    /// @param instances how many gateway instances share the limits, asked while Redis is away
    /// @param nodes the node of a Redis Cluster that has a slot; nothing: it is no cluster
    public static WindowRateLimiter shared(RedisBuckets buckets, InstantSource clock, Timer timer, Duration deadline,
            IntSupplier instances, Optional<IntFunction<String>> nodes, MeterRegistry registry) {
        return over(buckets, clock, timer, deadline.toMillis(), instances, nodes, registry);
    }

    /// Counts in this instance only.
    public static WindowRateLimiter local(InstantSource clock, Timer timer, MeterRegistry registry) {
        Desk desk = alone(clock, timer);
        return new WindowRateLimiter(desk, tallies -> LimiterMetrics.ofRoutes(registry, desk, tallies));
    }

    /// Counts the arrivals of addresses, in this instance only.
    public static WindowRateLimiter ofArrivals(InstantSource clock, Timer timer, MeterRegistry registry) {
        return new WindowRateLimiter(alone(clock, timer), tallies -> LimiterMetrics.ofArrivals(registry, tallies));
    }

    private static Desk alone(InstantSource clock, Timer timer) {
        return new Desk(clock, Buckets.none(), Gates.absent(timer, clock), timer, 0, () -> 1);
    }

    static WindowRateLimiter over(Buckets buckets, InstantSource clock, Timer timer, long deadlineMillis, IntSupplier instances,
            Optional<IntFunction<String>> nodes, MeterRegistry registry) {
        Desk desk = new Desk(clock, buckets, Gates.open(nodes, timer, clock), timer, deadlineMillis, instances);
        return new WindowRateLimiter(desk, tallies -> LimiterMetrics.ofRoutes(registry, desk, tallies));
    }

    @Override
    public Mono<Admission> admit(List<LimitSpec> limits, LimitSubject subject) {
        if (limits.isEmpty()) {
            return UNLIMITED;
        }
        Asking asking = new Asking(tallies(prepared(subject.routeId(), limits), subject),
                desk.clock().millis() + desk.deadlineMillis());
        return asking.proceed() ? Mono.just(asking.join()) : Mono.fromFuture(asking, true);
    }

    @Override
    public Duration patience() {
        return Duration.ofMillis(desk.deadlineMillis());
    }

    /// Whether limits are shared at the moment; false without Redis and while it, or one node of it, is away.
    public boolean isShared() {
        return desk.gates().isOpen();
    }

    @SuppressWarnings("ReferenceEquality") // a route keeps one list for life; comparing contents would cost every request
    private Choice[] prepared(String routeId, List<LimitSpec> limits) {
        Prepared prepared = routes.get(routeId);
        if (prepared == null || prepared.limits() != limits) {
            if (routes.size() >= MOST_ROUTES) {
                routes.clear();
            }
            prepared = Prepared.of(routeId, limits);
            routes.put(routeId, prepared);
        }
        return prepared.choices();
    }

    private Tally[] tallies(Choice[] choices, LimitSubject subject) {
        Tally[] found = new Tally[choices.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = tallies.get(TallyKey.of(choices[i].rule(subject.caller(), desk.clock()), subject));
        }
        return found;
    }

    /// A route's limits, prepared once: routes keep one list for life.
    @SuppressWarnings("ArrayRecordComponent") // private to the limiter and never written to
    private record Prepared(List<LimitSpec> limits, Choice[] choices) {

        static Prepared of(String routeId, List<LimitSpec> limits) {
            return new Prepared(limits, limits.stream().map(limit -> Choice.of(routeId, limit)).toArray(Choice[]::new));
        }
    }

    /// One limit with its rates.
    private record Choice(LimitSpec limit, Rule ordinary, List<Rule> rates) {

        static Choice of(String routeId, LimitSpec limit) {
            return new Choice(limit, new Rule(routeId, limit),
                    limit.rates().stream().map(rate -> new Rule(routeId, rate.limit())).toList());
        }

        Rule rule(Caller caller, InstantSource clock) {
            int rate = rates.isEmpty() ? -1 : limit.rateAt(caller, clock.instant());
            return rate < 0 ? ordinary : rates.get(rate);
        }
    }

    /// One request on its way through its limits. Only one thread at a time has it in hand.
    private final class Asking extends CompletableFuture<Admission> implements Tally.Asker {

        private final Tally[] asked;
        private final Answer[] answers;
        private final long deadline;
        private final Home home = Home.here();
        private int next;

        Asking(Tally[] asked, long deadline) {
            this.asked = asked;
            this.answers = new Answer[asked.length];
            this.deadline = deadline;
        }

        /// Asks on; false: an answer is due on another thread, which goes on from there.
        boolean proceed() {
            while (next < asked.length) {
                Answer answer = asked[next].ask(this);
                if (answer.isLater()) {
                    return false;
                }
                if (!take(answer)) {
                    return true;
                }
            }
            metrics.count(alone(), true);
            complete(new Admitted(standings(0), missesOthers()));
            return true;
        }

        @Override
        public long deadline() {
            return deadline;
        }

        @Override
        public void answered(Answer answer) {
            home.execute(() -> goOn(answer));
        }

        private void goOn(Answer answer) {
            if (take(answer)) {
                proceed();
            }
        }

        private boolean take(Answer answer) {
            answers[next++] = answer;
            if (answer.granted()) {
                return true;
            }
            metrics.count(alone(), false);
            complete(refusal(answer.standing()));
            return false;
        }

        private Admission refusal(Standing exceeded) {
            for (int i = 0; i < next - 1; i++) {
                asked[i].giveBack(answers[i]);
            }
            return new Exceeded(exceeded, exceeded.reset(), standings(1), missesOthers());
        }

        private List<Standing> standings(long givenBack) {
            if (next == 1) {
                return List.of(answers[0].standing());
            }
            List<Standing> standings = new ArrayList<>(next);
            for (int i = 0; i < next; i++) {
                Standing standing = answers[i].standing();
                standings.add(answers[i].granted() && givenBack > 0
                        ? new Standing(standing.limit(), standing.remaining() + givenBack, standing.reset())
                        : standing);
            }
            return standings;
        }

        /// Whether other instances' requests should have been counted and were not.
        private boolean missesOthers() {
            return alone() && !desk.gates().isAbsent();
        }

        private boolean alone() {
            for (int i = 0; i < next; i++) {
                if (answers[i].alone()) {
                    return true;
                }
            }
            return false;
        }
    }
}
