package dev.gatehouse.gateway.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.fault.SlowWire;
import dev.gatehouse.gateway.settings.GatewaySettings;

import static org.assertj.core.api.Assertions.assertThat;

/// A real Redis that was away, asked the way the limiter asks and the way revocations and keys do.
class ReturningRedisTests {

    private static final Duration START = Duration.ofSeconds(30);
    // After so many attempts Lettuce of itself waits eight seconds for the next.
    private static final int ATTEMPTS = 13;
    private static final Duration SOON = Duration.ofSeconds(4);
    // Half of that until the connection is given up.
    private static final Duration WITHIN_SECONDS = Duration.ofSeconds(12);
    private static final String LONG = "x".repeat(1_000);

    private final Redis redis = Redis.temporary();

    @AfterEach
    void stop() {
        redis.close();
    }

    private static RedisConnections to(int port) {
        return new RedisConnections(
                GatewaySettings.read(Map.of("REDIS_URL", "redis://127.0.0.1:" + port)::get).redis().orElseThrow());
    }

    private static AbstractRedisClient client(RedisConnections connections) {
        return ((LettuceConnectionFactory) connections.template().getConnectionFactory()).getRequiredNativeClient();
    }

    @Test
    void noPauseBetweenAttemptsToConnectIsLongerThanASecond() {
        try (RedisConnections connections = to(redis.port())) {
            assertThat(client(connections).getResources().reconnectDelay().createDelay(1_000)).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    @Tag("slow")
    void isFoundWithinSecondsHoweverLongItWasAway() throws InterruptedException {
        try (RedisConnections connections = to(redis.port())) {
            Users users = new Users(connections);
            CountDownLatch failed = new CountDownLatch(1);
            client(connections).getResources().eventBus().get().subscribe(event -> {
                if (event instanceof ReconnectFailedEvent attempt && attempt.getAttempt() >= ATTEMPTS) {
                    failed.countDown();
                }
            });
            redis.kill();
            assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
            redis.restart();
            assertThat(Deadline.in(SOON).await(users::areAnswered)).isTrue();
        }
    }

    @Test
    @Tag("slow")
    void isFoundWithinSecondsWhenItsConnectionsLeadNowhere() throws IOException {
        try (SlowWire wire = SlowWire.narrow(redis.port()); RedisConnections connections = to(wire.port())) {
            Users users = new Users(connections);
            wire.forget();
            assertThat(users.areAnswered()).isFalse();
            assertThat(Deadline.in(WITHIN_SECONDS).await(users::areAnswered)).isTrue();
        }
    }

    /// Who asks Redis.
    private static final class Users {

        private final RedisClusterAsyncCommands<byte[], byte[]> limiter;
        private final ReactiveStringRedisTemplate feedAndKeys;

        Users(RedisConnections connections) {
            limiter = connections.dedicated().toCompletableFuture().join();
            feedAndKeys = connections.template();
            assertThat(Deadline.in(START).await(this::areAnswered)).isTrue();
        }

        boolean areAnswered() {
            boolean first = isAnswered();
            return isFound() && first;
        }

        private boolean isAnswered() {
            try {
                limiter.echo(LONG.getBytes(StandardCharsets.US_ASCII)).toCompletableFuture().join();
                return true;
            } catch (RuntimeException _) {
                return false;
            }
        }

        private boolean isFound() {
            try {
                feedAndKeys.hasKey(LONG).block(START);
                return true;
            } catch (RuntimeException _) {
                return false;
            }
        }
    }
}
