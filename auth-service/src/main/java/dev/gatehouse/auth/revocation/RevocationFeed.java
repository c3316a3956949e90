package dev.gatehouse.auth.revocation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

import dev.gatehouse.auth.revocation.RevocationStream.EntryId;
import dev.gatehouse.auth.revocation.RevocationStream.Unreachable;

/// Publishes revocations in the background, at once after [#wake()] and every second besides, so that nobody who signs out
/// waits for Redis and nothing is lost while Redis is away. Thread-safe.
public final class RevocationFeed implements SmartLifecycle {

    /// How long after a revocation its session's tokens could still be valid, rounded up generously: an access token lives five
    /// minutes, may be issued while the session is being ended, and verifiers allow for skewed clocks.
    public static final Duration TOKENS_OUTLIVE_SESSION = Duration.ofMinutes(7);

    private static final Logger LOG = LoggerFactory.getLogger(RevocationFeed.class);
    private static final int BATCH = 500;

    private final RevocationStore store;
    private final Optional<RevocationStream> stream;
    private final Semaphore wakeUps = new Semaphore(0);
    private volatile @Nullable Thread publisher;
    private @Nullable EntryId lastPublished; // confined to the publisher's thread
    private boolean behind; // the same

    RevocationFeed(RevocationStore store, Optional<RevocationStream> stream) {
        this.store = store;
        this.stream = stream;
    }

    /// Says that there is something to publish. Never blocks.
    public void wake() {
        wakeUps.release();
    }

    /// {@return "up", "down", or "off" where no Redis is set}
    public String redisState() {
        return stream.map(redis -> redis.answers() ? "up" : "down").orElse("off");
    }

    @Override
    public void start() {
        if (stream.isEmpty()) {
            LOG.warn("REDIS_URL: is not set; gateways will not learn of sign-outs before tokens expire");
            return;
        }
        RevocationStream redis = stream.get();
        publisher = Thread.ofPlatform().name("revocation-feed").daemon().start(() -> publishUntilStopped(redis));
    }

    @Override
    public void stop() {
        Thread running = publisher;
        publisher = null;
        if (running != null) {
            wake();
            joinBriefly(running);
        }
    }

    @Override
    public boolean isRunning() {
        return publisher != null;
    }

    @Override
    public int getPhase() {
        return 1; // after the database, before the web server; so the last sign-out is published before we go
    }

    private void publishUntilStopped(RevocationStream redis) {
        while (publisher != null) {
            publish(redis);
            awaitWakeUp();
        }
        publish(redis);
    }

    private void publish(RevocationStream redis) {
        try {
            if (hasLostEntries(redis)) {
                store.markAllUnpublished();
            }
            List<Revocation> batch = store.unpublished(BATCH);
            while (!batch.isEmpty()) {
                lastPublished = redis.append(batch);
                store.markPublished(batch);
                batch = store.unpublished(BATCH);
            }
            if (behind) {
                behind = false;
                LOG.info("revocation feed caught up");
            }
        } catch (Unreachable | DataAccessException | TransactionException away) {
            if (!behind) {
                behind = true;
                LOG.warn("revocation feed is behind, trying every second: {}", away.getMessage());
            }
        }
    }

    /// An empty stream, or one that ends before what we put there: Redis was emptied or fell back to an older copy.
    private boolean hasLostEntries(RevocationStream redis) {
        Optional<EntryId> last = redis.last();
        EntryId ours = lastPublished;
        boolean lost = last.isEmpty() || (ours != null && last.get().compareTo(ours) < 0);
        if (lost) {
            lastPublished = null;
        }
        return lost;
    }

    private void awaitWakeUp() {
        try {
            if (wakeUps.tryAcquire(1, TimeUnit.SECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            publisher = null;
        }
    }

    private static void joinBriefly(Thread running) {
        try {
            running.join(Duration.ofSeconds(2));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
