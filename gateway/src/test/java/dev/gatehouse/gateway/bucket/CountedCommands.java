package dev.gatehouse.gateway.bucket;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/// Counts the commands that go to Redis, and can hold back answers until everybody has one: then all have seen the same.
final class CountedCommands {

    private final RedisClusterAsyncCommands<byte[], byte[]> redis;
    private final AtomicInteger count = new AtomicInteger();
    private final List<Runnable> held = new ArrayList<>();
    private int toHold;

    CountedCommands(RedisClusterAsyncCommands<byte[], byte[]> redis) {
        this.redis = redis;
    }

    @SuppressWarnings("unchecked") // a proxy of that very interface
    RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return (RedisClusterAsyncCommands<byte[], byte[]>) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[]{RedisClusterAsyncCommands.class}, (_, method, arguments) -> {
                    Object answer = method.invoke(redis, arguments);
                    return answer instanceof RedisFuture<?> future ? counted(future) : answer;
                });
    }

    private <T> RedisFuture<T> counted(RedisFuture<T> answer) {
        count.incrementAndGet();
        Later<T> later = new Later<>();
        answer.whenComplete((value, failure) -> meet(() -> {
            if (failure == null) {
                later.complete(value);
            } else {
                later.completeExceptionally(failure);
            }
        }));
        return later;
    }

    private void meet(Runnable answer) {
        List<Runnable> released;
        synchronized (this) {
            held.add(answer);
            if (held.size() < toHold) {
                return;
            }
            toHold = 0;
            released = List.copyOf(held);
            held.clear();
        }
        released.forEach(Runnable::run);
    }

    /// The next answers are all held back until there are so many.
    synchronized void answerTogether(int answers) {
        toHold = answers;
    }

    int count() {
        return count.get();
    }

    void forget() {
        count.set(0);
    }

    private static final class Later<T> extends CompletableFuture<T> implements RedisFuture<T> {

        @Override
        public String getError() {
            return "";
        }

        @Override
        public boolean await(long timeout, TimeUnit unit) {
            orTimeout(Duration.of(timeout, unit.toChronoUnit()).toMillis(), TimeUnit.MILLISECONDS).join();
            return true;
        }
    }
}
