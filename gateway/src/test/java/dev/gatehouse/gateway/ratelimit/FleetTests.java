package dev.gatehouse.gateway.ratelimit;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.Redis;

import static org.assertj.core.api.Assertions.assertThat;

class FleetTests {

    private static RedisClient client;
    private static StatefulRedisConnection<byte[], byte[]> redis;

    private final ManualTimer timer = new ManualTimer();
    private final String name = UUID.randomUUID().toString();

    @BeforeAll
    static void connect() {
        client = RedisClient.create(Redis.shared().url());
        redis = client.connect(ByteArrayCodec.INSTANCE);
    }

    @AfterAll
    static void disconnect() {
        client.shutdown();
    }

    private Fleet instance(String id) {
        Fleet fleet = new Fleet(() -> CompletableFuture.completedFuture(redis.async()), timer, id, name);
        fleet.beat().toCompletableFuture().join();
        return fleet;
    }

    @Test
    void countsItselfAndTheOthers() {
        Fleet one = instance("one");
        assertThat(one.getAsInt()).isEqualTo(1);

        Fleet other = instance("other");
        one.beat().toCompletableFuture().join();

        assertThat(one.getAsInt()).isEqualTo(2);
        assertThat(other.getAsInt()).isEqualTo(2);
    }

    @Test
    void countsNobodyWhoHasBeenSilent() {
        redis.sync().zadd(name.getBytes(java.nio.charset.StandardCharsets.UTF_8), 1_000, "long gone".getBytes(
                java.nio.charset.StandardCharsets.UTF_8));
        assertThat(instance("one").getAsInt()).isEqualTo(1);
    }

    @Test
    void countsNobodyWhoSaidGoodbye() {
        Fleet one = instance("one");
        Fleet other = instance("other");
        other.close();
        one.beat().toCompletableFuture().join();
        assertThat(one.getAsInt()).isEqualTo(1);
    }

    @Test
    void keepsTheLastNumberWhileRedisIsAway() {
        RedisClient own = RedisClient.create(RedisURI.create(Redis.shared().url()));
        StatefulRedisConnection<byte[], byte[]> connection = own.connect(ByteArrayCodec.INSTANCE);
        Fleet one = new Fleet(() -> CompletableFuture.completedFuture(connection.async()), timer, "one", name);
        instance("other");
        one.beat().toCompletableFuture().join();
        assertThat(one.getAsInt()).isEqualTo(2);

        connection.close();
        one.beat().toCompletableFuture().join();
        assertThat(one.getAsInt()).isEqualTo(2);
        own.shutdown();
    }

    @Test
    void beginsAgainWhereNoConnectionCouldBeMade() {
        CompletableFuture<?>[] attempts = {CompletableFuture.failedFuture(new IllegalStateException("refused"))};
        Fleet fleet = new Fleet(() -> {
            CompletableFuture<?> first = attempts[0];
            attempts[0] = CompletableFuture.completedFuture(redis.async());
            return first.thenApply(_ -> redis.async());
        }, timer, "one", name);
        instance("other");
        fleet.beat().toCompletableFuture().join();
        assertThat(fleet.getAsInt()).isEqualTo(2);
    }
}
