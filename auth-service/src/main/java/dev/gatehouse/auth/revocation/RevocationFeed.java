package dev.gatehouse.auth.revocation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.auth.background.Outcome;
import dev.gatehouse.auth.background.Worker;
import dev.gatehouse.auth.background.Working;
import dev.gatehouse.auth.redis.RedisConnection.Unreachable;
import dev.gatehouse.auth.revocation.RevocationStream.EntryId;

/// Publishes revocations in the background, at once after [#wake()] and every second besides, so that nobody who signs out
/// waits for Redis and nothing is lost while Redis is away. Thread-safe.
public final class RevocationFeed implements Working {

    /// How long after a revocation its session's tokens could still be valid by their own `exp`, rounded up generously: an access token
    /// lives five minutes, and may be issued while the session is being ended. What verifiers tolerate of skewed clocks comes on top of it.
    public static final Duration TOKENS_OUTLIVE_SESSION = Duration.ofMinutes(7);

    private static final Logger LOG = LoggerFactory.getLogger(RevocationFeed.class);
    private static final int BATCH = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1); // so long at most do gateways not learn of sign-outs when Redis is back

    private final RevocationStore store;
    private final Optional<RevocationStream> stream;
    private final Worker worker = new Worker("revocation-feed", this::publish, PAUSE, PAUSE, Duration.ZERO);
    private @Nullable EntryId lastPublished; // confined to the worker's thread

    RevocationFeed(RevocationStore store, Optional<RevocationStream> stream) {
        this.store = store;
        this.stream = stream;
    }

    /// Says that there is something to publish. Never blocks.
    public void wake() {
        worker.wake();
    }

    /// {@return "up", "down", or "off" where no Redis is set}
    public String redisState() {
        return stream.map(redis -> redis.answers() ? "up" : "down").orElse("off");
    }

    @Override
    public Worker worker() {
        return worker;
    }

    @Override
    public void start() {
        if (stream.isEmpty()) {
            LOG.warn("REDIS_URL: is not set; gateways will not learn of sign-outs before tokens expire");
        } else {
            Working.super.start();
        }
    }

    private Outcome publish() {
        try {
            stream.ifPresent(this::publish);
            return new Outcome.Done();
        } catch (Unreachable away) {
            return new Outcome.Failed("Redis does not answer");
        }
    }

    private void publish(RevocationStream redis) {
        if (hasLostEntries(redis)) {
            publishAgain(redis);
        }
        publishBatches(batch -> redis.append(batch).ifPresentOrElse(id -> published(batch, id), () -> publishAgain(redis)));
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
}
