package dev.gatehouse.auth.revocation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

import dev.gatehouse.auth.redis.RedisConnection.Unreachable;
import dev.gatehouse.auth.revocation.RevocationStream.EntryId;

/// Publishes revocations in the background, at once after [#wake()] and every second besides, so that nobody who signs out
/// waits for Redis and nothing is lost while Redis is away. Thread-safe.
public final class RevocationFeed implements SmartLifecycle {

    /// How long after a revocation its session's tokens could still be valid by their own `exp`, rounded up generously: an access token
    /// lives five minutes, and may be issued while the session is being ended. What verifiers tolerate of skewed clocks comes on top of it.
    public static final Duration TOKENS_OUTLIVE_SESSION = Duration.ofMinutes(7);

    private static final Logger LOG = LoggerFactory.getLogger(RevocationFeed.class);
    private static final int BATCH = 500;

    private final RevocationStore store;
    private final Optional<RevocationStream> stream;
    private final Semaphore wakeUps = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread publisher; // of start and stop, which one thread calls
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
        running = true; // before the thread starts, which ends when it sees this false
        publisher = Thread.ofPlatform().name("revocation-feed").daemon().start(() -> publishUntilStopped(redis));
    }

    @Override
    public void stop() {
        running = false;
        if (publisher != null) {
            wake();
            joinBriefly(publisher);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return 1; // after the database, before the web server; so the last sign-out is published before we go
    }

    private void publishUntilStopped(RevocationStream redis) {
        while (running) {
            publish(redis);
            awaitWakeUp();
        }
        publish(redis);
    }

    private void publish(RevocationStream redis) {
        try {
            if (hasLostEntries(redis)) {
                publishAgain(redis);
            }
            publishBatches(batch -> redis.append(batch).ifPresentOrElse(id -> published(batch, id), () -> publishAgain(redis)));
            if (behind) {
                behind = false;
                LOG.info("revocation feed caught up");
            }
        } catch (Unreachable away) {
            noteBehind("Redis does not answer");
        } catch (DataAccessException away) {
            noteBehind("the database does not answer");
        } catch (RuntimeException | Error bug) { // the thread lives on: nobody else tells the gateways of this instance's sign-outs
            if (!behind) {
                LOG.error("revocation feed failed", bug);
            }
            noteBehind("a bug, see above");
        }
    }

    private void noteBehind(String reason) {
        if (!behind) {
            behind = true;
            LOG.warn("revocation feed is behind, trying every second: {}", reason);
        }
    }

    /// Sends everything that still matters; the only way in which a stream comes into being, so that no stream lacks any of it.
    private void publishAgain(RevocationStream redis) {
        lastPublished = null;
        store.markAllUnpublished();
        publishBatches(batch -> published(batch, redis.create(batch)));
    }

    private void publishBatches(Consumer<List<Revocation>> send) {
        List<Revocation> batch = store.unpublished(BATCH);
        while (!batch.isEmpty()) {
            send.accept(batch);
            batch = store.unpublished(BATCH);
        }
    }

    private void published(List<Revocation> batch, EntryId last) {
        store.markPublished(batch);
        lastPublished = last;
    }

    /// An empty stream, or one that ends before what we put there: Redis was emptied or fell back to an older copy.
    private boolean hasLostEntries(RevocationStream redis) {
        Optional<EntryId> last = redis.last();
        EntryId ours = lastPublished;
        return last.isEmpty() || (ours != null && last.get().compareTo(ours) < 0);
    }

    private void awaitWakeUp() {
        try {
            if (wakeUps.tryAcquire(1, TimeUnit.SECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            running = false;
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
