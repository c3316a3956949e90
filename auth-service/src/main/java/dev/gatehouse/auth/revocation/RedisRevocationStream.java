package dev.gatehouse.auth.revocation;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import dev.gatehouse.auth.redis.RedisConnection;

/// [RevocationStream] on one Redis, a sentinel group or a cluster. Connects at the first call and again after a loss.
final class RedisRevocationStream implements RevocationStream {

    private static final String STREAM = "gatehouse:revocations";
    private static final Duration DEADLINE = Duration.ofMillis(400);
    // An hour: a gateway that starts reads no further back.
    private static final Duration KEPT = Duration.ofHours(1);

    private final RedisConnection redis;
    private final Clock clock;

    RedisRevocationStream(String url, Clock clock) {
        this.redis = new RedisConnection(url, DEADLINE);
        this.clock = clock;
    }

    @Override
    public Optional<EntryId> last() {
        List<StreamMessage<String, String>> last = redis
                .await(redis.commands().xrevrange(STREAM, Range.unbounded(), Limit.from(1)));
        return last.stream().findFirst().map(entry -> EntryId.parse(entry.getId()));
    }

    @Override
    public Optional<EntryId> append(List<Revocation> revocations) {
        return add(revocations, new XAddArgs().nomkstream());
    }

    @Override
    public EntryId create(List<Revocation> revocations) {
        return add(revocations, new XAddArgs()).orElseThrow();
    }

    /// Sends all at once, then waits for all. Redis answers null where it may not make the stream.
    private Optional<EntryId> add(List<Revocation> revocations, XAddArgs how) {
        how.minId(Long.toString(clock.instant().minus(KEPT).toEpochMilli())).approximateTrimming();
        RedisClusterAsyncCommands<String, String> commands = redis.commands();
        List<RedisFuture<String>> added = revocations.stream().map(revocation -> commands.xadd(STREAM, how,
                Map.of("sid", revocation.sessionId().toString(), "until", Long.toString(revocation.until())))).toList();
        List<Optional<String>> ids = added.stream().map(id -> Optional.ofNullable(redis.await(id))).toList();
        return ids.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : ids.stream().flatMap(Optional::stream).map(EntryId::parse).max(EntryId::compareTo);
    }

    @Override
    public boolean answers() {
        return redis.answers();
    }

    @Override
    public void close() {
        redis.close();
    }
}
