package dev.gatehouse.gateway.bucket;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.bucket.Buckets.Drawn;

import static org.assertj.core.api.Assertions.assertThat;

/// A real Redis that takes connections and answers scripts with errors.
class SickRedisTests {

    private final Redis redis = Redis.temporary();
    private final RedisClient client = RedisClient.create(redis.url());
    private final RedisCommands<String, String> operator = client.connect().sync();

    @AfterEach
    void stop() {
        client.shutdown();
        redis.close();
    }

    static Stream<Sickness> sicknesses() {
        return Stream.of(new Sickness("read-only", redis -> redis.replicaof("127.0.0.1", 1), RedisCommands::replicaofNoOne),
                new Sickness("full", redis -> redis.configSet("maxmemory", "1"), redis -> redis.configSet("maxmemory", "0")),
                new Sickness("forbidden", redis -> redis.aclSetuser("default",
                        new AclSetuserArgs().removeCommand(CommandType.EVAL).removeCommand(CommandType.EVALSHA)),
                        redis -> redis.aclSetuser("default", new AclSetuserArgs().allCommands())));
    }

    @ParameterizedTest
    @MethodSource("sicknesses")
    void isAskedOverOneConnectionUntilItIsWell(Sickness sickness) {
        sickness.begin().accept(operator);
        RedisBuckets buckets = new RedisBuckets(
                () -> client.connectAsync(ByteArrayCodec.INSTANCE, RedisURI.create(redis.url()))
                        .thenApply(StatefulRedisConnection::async),
                Clock.systemUTC());
        buckets.firstAttempt().toCompletableFuture().join();
        for (int i = 0; i < 10; i++) {
            assertThat(draw(buckets)).as("while it is " + sickness).failsWithin(Duration.ofSeconds(10));
        }
        sickness.end().accept(operator);
        assertThat(draw(buckets).join().tokens()).isEqualTo(1);
        assertThat(operator.clientList().lines()).as("the operator's and this").hasSize(2);
    }

    private static CompletableFuture<Drawn> draw(RedisBuckets buckets) {
        return buckets.draw(new WindowBucket(20, Duration.ofHours(1)), "somebody", 1).toCompletableFuture();
    }

    record Sickness(String name, Consumer<RedisCommands<String, String>> begin, Consumer<RedisCommands<String, String>> end) {

        @Override
        public String toString() {
            return name;
        }
    }
}
