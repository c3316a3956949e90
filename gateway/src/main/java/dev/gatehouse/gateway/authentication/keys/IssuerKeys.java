package dev.gatehouse.gateway.authentication.keys;

import java.net.http.HttpClient;
import java.security.Provider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.jose.KeySet;
import dev.gatehouse.gateway.authentication.jose.VerificationKey;

/// The keys of one issuer, kept fresh in the background: asked for before they grow old, asked for again with growing pauses while that
/// fails, and believed no longer than [#LONGEST_BELIEF] after the last good answer. Reading them never waits. Thread-safe.
///
/// Only [#renewalFor] lets a request wait, for [#LONGEST_WAIT] at most, and only [#REFETCH_PAUSE] apart: random key ids must not become a
/// flood of fetches.
public final class IssuerKeys implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration LONGEST_BELIEF = Duration.ofHours(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final Duration REFETCH_PAUSE = Duration.ofSeconds(30);
    private static final Duration DEMAND_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_WAITING = 1000; // requests; the others are judged by the keys at hand
    private static final int MAX_UNKNOWN = 1000; // key ids of at most 256 characters

    private final String issuer;
    private final KeySource source;
    private final Settings settings;
    private final java.util.Set<String> algorithms;
    private final Cache<String, Boolean> unknown;
    private final AtomicReference<@Nullable CompletableFuture<Void>> running = new AtomicReference<>();
    private final AtomicLong lastRefetch = new AtomicLong(Long.MIN_VALUE / 2);
    private final AtomicInteger waiting = new AtomicInteger();
    private final Disposable.Swap timer = Disposables.swap();
    private volatile Known known = new Known(KeySet.NONE, Long.MIN_VALUE);
    private volatile Attempt last = new Attempt(Instant.EPOCH, Optional.empty(), 0, Instant.EPOCH);

    private IssuerKeys(IssuerSpec spec, KeySource source, Settings settings) {
        this.issuer = spec.id();
        this.algorithms = spec.algorithms();
        this.source = source;
        this.settings = settings;
        this.unknown = Caffeine.newBuilder().maximumSize(MAX_UNKNOWN).expireAfterWrite(REFETCH_PAUSE)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(settings.clock().millis())).executor(Runnable::run).build();
    }

    /// Starts to fetch the issuer's keys, and returns at once.
    public static IssuerKeys open(IssuerSpec spec, Settings settings) {
        return open(spec, KeySource.of(spec.jwks(), settings.client()), settings);
    }

    static IssuerKeys open(IssuerSpec spec, KeySource source, Settings settings) {
        IssuerKeys keys = new IssuerKeys(spec, source, settings);
        keys.refresh();
        return keys;
    }

    /// The last good keys; ask [#usableAt] whether they may still be believed.
    public KeySet current() {
        return known.keys();
    }

    /// Whether there are keys that may be believed at this time, in milliseconds.
    public boolean usableAt(long now) {
        return now < known.until();
    }

    /// Whether this very key may be believed at this time, in milliseconds.
    public boolean vouchFor(VerificationKey key, long now) {
        Known state = known;
        return now < state.until() && state.keys().holds(key);
    }

    /// Completes when the keys have been asked for again because of this unknown key id; at once when they were asked for just before.
    public Mono<Void> renewalFor(String kid) {
        CompletableFuture<Void> attempt = running.get();
        if (unknown.getIfPresent(kid) != null) {
            return Mono.empty();
        }
        if (attempt == null && turn(REFETCH_PAUSE)) {
            attempt = attempt();
        }
        return attempt == null ? Mono.empty() : bounded(attempt);
    }

    /// Completes when keys have been asked for because there are none to be believed.
    public Mono<Void> arrival() {
        CompletableFuture<Void> attempt = running.get();
        if (attempt == null && !settings.clock().instant().isBefore(last.ended().plus(DEMAND_PAUSE))) {
            attempt = attempt();
        }
        return attempt == null ? Mono.empty() : bounded(attempt);
    }

    /// Remembers for a while that fetching the keys again did not help this key id.
    public void rememberUnknown(String kid) {
        unknown.put(kid, true);
    }

    /// Asks for the keys now, whatever the pauses say; an operator's wish.
    public void refresh() {
        var _ = attempt(); // it settles its failures itself
    }

    /// How things stand, for health, metrics and operators.
    public Standing standing() {
        Known state = known;
        Attempt attempt = last;
        Optional<Instant> success = state.keys().isEmpty()
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(state.until()).minus(LONGEST_BELIEF));
        return new Standing(issuer, state.keys().kids(), usableAt(settings.clock().millis()), success, attempt.error(),
                attempt.next());
    }

    @Override
    public void close() {
        timer.dispose();
    }

    private boolean turn(Duration pause) {
        long now = settings.clock().millis();
        long before = lastRefetch.get();
        return now - before >= pause.toMillis() && lastRefetch.compareAndSet(before, now);
    }

    private Mono<Void> bounded(CompletableFuture<Void> attempt) {
        return Mono.defer(() -> {
            if (waiting.incrementAndGet() > MAX_WAITING) {
                waiting.decrementAndGet();
                return Mono.empty();
            }
            return Mono.fromFuture(attempt, true).timeout(LONGEST_WAIT, Mono.empty()).publishOn(Schedulers.parallel())
                    .doFinally(_ -> waiting.decrementAndGet());
        });
    }

    private CompletableFuture<Void> attempt() {
        CompletableFuture<Void> fresh = new CompletableFuture<>();
        CompletableFuture<Void> other = running.compareAndExchange(null, fresh);
        if (other != null) {
            return other;
        }
        var _ = source.fetch().whenComplete((answer, failure) -> {
            try {
                settle(answer, failure);
            } catch (RuntimeException bug) {
                LOG.atError().addKeyValue("issuer", issuer).setCause(bug).log("Issuer keys not read");
                failed(bug.getClass().getSimpleName()); // the next attempt must come whatever happened in this one
            } finally {
                running.set(null);
                fresh.complete(null);
            }
        });
        return fresh;
    }

    private void settle(KeySource.@Nullable Answer answer, @Nullable Throwable failure) {
        if (timer.isDisposed()) {
            return;
        }
        if (answer == null) {
            failed(KeySource.Failure.reason(failure));
            return;
        }
        switch (KeySet.read(answer.json(), algorithms, settings.provider(), known.keys())) {
            case KeySet.Reading.Keys read -> succeeded(read.set(), answer.freshFor());
            case KeySet.Reading.Unusable unusable -> failed(unusable.reason());
        }
    }

    private void succeeded(KeySet keys, Duration freshFor) {
        Instant now = settings.clock().instant();
        if (keys != known.keys()) {
            LOG.atInfo().addKeyValue("issuer", issuer).addKeyValue("kids", keys.kids()).log("Issuer keys changed");
        } else if (last.error().isPresent()) {
            LOG.atInfo().addKeyValue("issuer", issuer).log("Issuer keys reachable again");
        }
        known = new Known(keys, now.plus(LONGEST_BELIEF).toEpochMilli());
        next(now, freshFor, Optional.empty(), 0);
    }

    private void failed(String reason) {
        Instant now = settings.clock().instant();
        int failures = Math.min(last.failures() + 1, 6); // 2^5 s is above the longest pause already
        Duration pause = Duration.ofSeconds(1L << (failures - 1));
        Duration bounded = pause.compareTo(source.longestPause()) > 0 ? source.longestPause() : pause;
        if (!last.error().equals(Optional.of(reason))) { // once per outage, not once per attempt
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", reason)
                    .addKeyValue("usable", usableAt(now.toEpochMilli()))
                    .log("Issuer keys not refreshed");
        }
        next(now, bounded, Optional.of(reason), failures);
    }

    private void next(Instant now, Duration pause, Optional<String> error, int failures) {
        long millis = (long) (pause.toMillis() * (1 - 0.1 * settings.jitter().getAsDouble())); // instances must not ask in step
        last = new Attempt(now, error, failures, now.plusMillis(millis));
        timer.update(settings.timer().schedule(this::refresh, millis, TimeUnit.MILLISECONDS));
    }

    /// What all issuers share.
    ///
    /// @param client asks key servers; follows no redirects and has a connect timeout
    /// @param provider checks signatures; empty: the JDK does
    /// @param timer starts the attempts; reads `file:` keys on its own thread
    /// @param jitter a number from 0 to 1, to spread the attempts of several instances
    public record Settings(HttpClient client, Optional<Provider> provider, Clock clock, Scheduler timer, DoubleSupplier jitter) {}

    /// How one issuer's keys stand.
    ///
    /// @param issuer the issuer's id in `routes.yml`
    /// @param kids the key ids
    /// @param usable whether tokens can be judged
    /// @param lastSuccess when the issuer last answered well
    /// @param error why it did not the last time
    /// @param next when it is asked again
    public record Standing(String issuer, List<String> kids, boolean usable, Optional<Instant> lastSuccess,
            Optional<String> error,
            Instant next) {}

    private record Known(KeySet keys, long until) {}

    private record Attempt(Instant ended, Optional<String> error, int failures, Instant next) {}
}
