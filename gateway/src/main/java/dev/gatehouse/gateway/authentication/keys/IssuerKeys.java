package dev.gatehouse.gateway.authentication.keys;

import java.net.http.HttpClient;
import java.security.Provider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.jose.KeySet;
import dev.gatehouse.gateway.authentication.jose.VerificationKey;

/// The keys of one issuer, kept fresh in the background: asked for before they grow old, asked for again with growing pauses while that
/// fails, and believed no longer than the issuer's `max-stale` after the last good answer. Reading them never waits. Thread-safe.
///
/// Only [#renewalFor] and [#arrival] let a request wait, see [BoundedWait]; how often, see [UnknownKeys].
public final class IssuerKeys implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration DEMAND_PAUSE = Duration.ofSeconds(1);

    private final String issuer;
    private final KeySource source;
    private final Settings settings;
    private final Consumer<Snapshot> keeper;
    private final IssuerSpec.Signature proof;
    private final UnknownKeys unknown;
    private final AtomicReference<@Nullable CompletableFuture<Void>> running = new AtomicReference<>();
    private final BoundedWait waiting = new BoundedWait();
    private final Attempts attempts;
    private volatile KnownKeys known = KnownKeys.NONE;

    private IssuerKeys(String issuer, IssuerSpec.Signature proof, KeySource source, Settings settings,
            Consumer<Snapshot> keeper) {
        this.issuer = issuer;
        this.proof = proof;
        this.source = source;
        this.settings = settings;
        this.keeper = keeper;
        this.unknown = new UnknownKeys(settings.clock());
        this.attempts = new Attempts(settings, source.longestPause(), this::refresh);
    }

    /// Starts to fetch the keys of the issuer with that id, and returns at once.
    ///
    /// @param earlier what its key server said before, if that is known; believed as if it had been said to this one
    /// @param keeper is told whatever good the key server says; may block
    public static IssuerKeys open(String issuer, IssuerSpec.Signature proof, Settings settings, Optional<Snapshot> earlier,
            Consumer<Snapshot> keeper) {
        return open(issuer, proof, KeySource.of(proof.jwks(), settings.client(), settings.files()), settings, earlier, keeper);
    }

    static IssuerKeys open(String issuer, IssuerSpec.Signature proof, KeySource source, Settings settings,
            Optional<Snapshot> earlier, Consumer<Snapshot> keeper) {
        IssuerKeys keys = new IssuerKeys(issuer, proof, source, settings, keeper);
        earlier.ifPresent(keys::resume);
        keys.refresh();
        return keys;
    }

    private void resume(Snapshot earlier) {
        if (earlier.said().isAfter(settings.clock().instant())) {
            return; // would be believed for longer than max-stale
        }
        switch (KeySet.read(earlier.json(), proof.algorithms(), settings.provider(), KeySet.NONE)) {
            case KeySet.Reading.Keys read -> known = known(read.set(), earlier.said());
            case KeySet.Reading.NoneUsable none -> none.instead().ifPresent(set -> known = known(set, earlier.said()));
            case KeySet.Reading.Unusable unusable ->
                LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", unusable.reason())
                        .log("Kept issuer keys not read");
        }
    }

    private KnownKeys known(KeySet keys, Instant said) {
        return new KnownKeys(keys, said, said.plus(proof.maxStale()));
    }

    /// The last good keys; ask [#usableAt] whether they may still be believed.
    public KeySet current() {
        return known.keys();
    }

    /// Whether it is known at this time, in milliseconds, which keys may be believed, were it none.
    public boolean usableAt(long now) {
        return known.areUsableAt(now);
    }

    /// Whether this very key may be believed at this time, in milliseconds.
    public boolean vouchFor(VerificationKey key, long now) {
        return known.vouchFor(key, now);
    }

    /// Completes when the keys have been asked for again because of this unknown key id; at once when they were asked for just before.
    public Mono<Void> renewalFor(String kid) {
        CompletableFuture<Void> attempt = running.get();
        if (unknown.remembers(kid)) {
            return Mono.empty();
        }
        if (attempt == null && unknown.turn()) {
            attempt = attempt();
        }
        return attempt == null ? Mono.empty() : waiting.on(attempt);
    }

    /// Completes when keys have been asked for because there are none to be believed.
    public Mono<Void> arrival() {
        CompletableFuture<Void> attempt = running.get();
        if (attempt == null && !settings.clock().instant().isBefore(attempts.last().ended().plus(DEMAND_PAUSE))) {
            attempt = attempt();
        }
        return attempt == null ? Mono.empty() : waiting.on(attempt);
    }

    /// Remembers for a while that fetching the keys again did not help this key id.
    public void rememberUnknown(String kid) {
        unknown.remember(kid);
    }

    /// Asks for the keys now, whatever the pauses say; an operator's wish.
    public void refresh() {
        var _ = attempt(); // it settles its failures itself
    }

    /// How things stand, for health, metrics and operators.
    public Standing standing() {
        KnownKeys state = known;
        Attempts.Attempt attempt = attempts.last();
        Optional<Instant> success = state.keys().isEmpty() ? Optional.empty() : Optional.of(state.said());
        return new Standing(issuer, state.keys().kids(), usableAt(settings.clock().millis()) && !state.keys().isEmpty(), success,
                success.map(said -> said.plus(proof.maxStale())), attempt.error(), attempt.next());
    }

    /// What the issuer said last of its keys, if it ever said anything good.
    public Optional<Snapshot> snapshot() {
        return known.snapshot();
    }

    @Override
    public void close() {
        attempts.end();
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
            if (failure == null) {
                snapshot().ifPresent(keeper); // after all who wait for keys have them
            }
        });
        return fresh;
    }

    private void settle(KeySource.@Nullable Answer answer, @Nullable Throwable failure) {
        if (attempts.haveEnded()) {
            return;
        }
        if (answer == null) {
            failed(KeySource.Failure.reason(failure));
            return;
        }
        switch (KeySet.read(answer.json(), proof.algorithms(), settings.provider(), known.keys())) {
            case KeySet.Reading.Keys read -> succeeded(read.set(), answer.freshFor());
            case KeySet.Reading.NoneUsable none -> {
                if (none.instead().isPresent() || known.keys().isEmpty()) {
                    // The issuer has said what it signs with: no token of it can be good, so there is nothing to be waited for.
                    known = known(none.instead().orElse(KeySet.NONE), settings.clock().instant());
                }
                failed(none.reason());
            }
            case KeySet.Reading.Unusable unusable -> failed(unusable.reason());
        }
    }

    private void succeeded(KeySet keys, Duration freshFor) {
        Instant now = settings.clock().instant();
        if (keys != known.keys()) {
            LOG.atInfo().addKeyValue("issuer", issuer).addKeyValue("keys", keys.kids().size()).log("Issuer keys changed");
        } else if (attempts.last().error().isPresent()) {
            LOG.atInfo().addKeyValue("issuer", issuer).log("Issuer keys reachable again");
        }
        Duration latest = proof.maxStale().dividedBy(2); // good keys must not run out between two good answers
        attempts.succeeded(now, freshFor.compareTo(latest) > 0 ? latest : freshFor);
        known = known(keys, now); // last: who sees them and misses a key must not wait for this attempt, but for another
    }

    private void failed(String reason) {
        Instant now = settings.clock().instant();
        if (!attempts.last().error().equals(Optional.of(reason))) { // once per outage, not once per attempt
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", reason)
                    .addKeyValue("usable", usableAt(now.toEpochMilli()))
                    .log("Issuer keys not refreshed");
        }
        attempts.failed(now, reason);
    }

    /// What all issuers share.
    ///
    /// @param client asks key servers; follows no redirects and has a connect timeout
    /// @param provider checks signatures; empty: the JDK does
    /// @param timer starts the attempts
    /// @param files reads `file:` keys; may block
    /// @param jitter a number from 0 to 1, to spread the attempts of several instances
    public record Settings(HttpClient client, Optional<Provider> provider, Clock clock, Scheduler timer,
            Executor files, DoubleSupplier jitter) {}

    /// How one issuer's keys stand.
    ///
    /// @param issuer the issuer's id in `routes.yml`
    /// @param kids the key ids
    /// @param usable whether tokens can be judged
    /// @param lastSuccess when the issuer last answered well
    /// @param believedUntil until when its keys count if it does not answer again
    /// @param error why it did not the last time
    /// @param next when it is asked again
    public record Standing(String issuer, List<String> kids, boolean usable, Optional<Instant> lastSuccess,
            Optional<Instant> believedUntil, Optional<String> error, Instant next) {}

    /// What a key server said.
    ///
    /// @param json the JWK Set as it was sent
    /// @param said when
    public record Snapshot(String json, Instant said) {}
}
