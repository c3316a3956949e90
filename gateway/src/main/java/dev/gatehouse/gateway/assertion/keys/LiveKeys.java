package dev.gatehouse.gateway.assertion.keys;

import java.security.Provider;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys as they are now, kept up to date by a thread of their own, because sources may block. Reading them never waits. Thread-safe.
public final class LiveKeys implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveKeys.class);

    private final KeySource source;
    private final Optional<Provider> provider;
    private final Clock clock;
    private final CountDownLatch looked = new CountDownLatch(1);
    private final BlockingQueue<Runnable> wishes = new ArrayBlockingQueue<>(8);
    private volatile boolean closed;
    private final AtomicReference<@Nullable KeySnapshot> snapshot = new AtomicReference<>();

    private LiveKeys(KeySource source, Optional<Provider> provider, Clock clock) {
        this.source = source;
        this.provider = provider;
        this.clock = clock;
    }

    /// Begins to follow the source. Waits for its first look, `patience` at most: a gateway that has joined its fleet signs with the fleet's
    /// key from its first request on, and one that cannot join starts all the same.
    public static LiveKeys follow(KeySource source, Optional<Provider> provider, Clock clock, Duration patience) {
        LiveKeys keys = new LiveKeys(source, provider, clock);
        Thread.ofPlatform().daemon().name("assertion-keys").start(keys::run);
        keys.await(patience);
        return keys;
    }

    private void await(Duration patience) {
        try {
            if (looked.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        snapshot.compareAndSet(null, KeySnapshot.of(source.known(clock.instant()), provider));
    }

    /// The keys of this moment.
    public KeySnapshot now() {
        return Objects.requireNonNull(snapshot.get(), "follow() has ended, so there are keys");
    }

    /// Why the keys could not be brought up to date; empty when they are.
    public String trouble() {
        return source.trouble();
    }

    /// Brings in another key, and waits until that is done.
    ///
    /// @return why nothing was changed; empty when it was
    public Optional<String> rotate(Rotation how, Duration patience) {
        FutureTask<Optional<String>> wish = new FutureTask<>(() -> {
            Optional<String> refusal = source.rotate(how, clock.instant());
            look();
            return refusal;
        });
        if (!wishes.offer(wish)) {
            return Optional.of("too many at a time");
        }
        try {
            return wish.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return Optional.of("not done yet; GET /operator/assertion-keys tells what became of it");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        }
    }

    @Override
    public void close() {
        closed = true;
        var _ = wishes.offer(() -> {}); // wakes the thread; where others wait, these do
    }

    private void run() {
        try {
            while (!closed) {
                look();
                if (snapshot.get() != null) {
                    looked.countDown();
                }
                Runnable wish = wishes.poll(source.pause().toMillis(), TimeUnit.MILLISECONDS);
                if (wish != null) {
                    wish.run();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            Keys found = source.look(clock.instant());
            KeySnapshot before = snapshot.get();
            KeySnapshot after = before == null ? KeySnapshot.of(found, provider) : before.with(found, provider);
            snapshot.set(after);
            if (before != null && !after.signer().kid().equals(before.signer().kid())) {
                LOG.atInfo().addKeyValue("kid", after.signer().kid()).log("Another key signs assertions now");
            }
        } catch (RuntimeException bug) { // the next look must come whatever happened in this one
            LOG.atError().setCause(bug).log("Assertion keys not looked at");
        }
    }
}
