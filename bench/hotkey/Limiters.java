import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.HashedWheelTimer;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.bucket.RedisBuckets;
import dev.gatehouse.gateway.ratelimit.Admission;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.ratelimit.LimitSubject;
import dev.gatehouse.gateway.ratelimit.RateLimiter;
import dev.gatehouse.gateway.ratelimit.WindowRateLimiter;
import dev.gatehouse.gateway.redis.RedisConnections;
import dev.gatehouse.gateway.settings.GatewaySettings;

/// The measuring half of HotKey.java, which starts it.
final class Limiters {

    private static final int ASKERS = 4;
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration MARGIN = Duration.ofMillis(100);
    private static final Duration DEADLINE = Duration.ofMillis(20);

    private final HashedWheelTimer timer = new HashedWheelTimer(2, TimeUnit.MILLISECONDS, 4096);
    private final Redis redis;
    private final int windows;

    private Limiters(Redis redis, int windows) {
        this.redis = redis;
        this.windows = windows;
    }

    static void main(String[] arguments) throws Exception {
        try (Redis redis = Redis.temporary()) {
            Limiters run = new Limiters(redis, Integer.parseInt(arguments[0]));
            run.measure("warm-up", 100, 4);
            for (long requests : new long[]{20, 100, 1_000, 100_000}) {
                for (int limiters : new int[]{1, 4, 16}) {
                    run.measure(requests + " per second", requests, limiters);
                }
            }
            run.timer.stop();
        }
        System.exit(0);
    }

    private void measure(String name, long requests, int limiters) throws Exception {
        List<LimitSpec> limits = List.of(new LimitSpec("hot", new LimitKey.Route(), requests, Duration.ofSeconds(1)));
        GatewaySettings settings = GatewaySettings.read(Map.of("REDIS_URL", redis.url())::get);
        List<RedisConnections> connections = new ArrayList<>();
        List<SimpleMeterRegistry> registries = new ArrayList<>();
        List<RateLimiter> all = new ArrayList<>();
        for (int i = 0; i < limiters; i++) {
            RedisConnections connection = new RedisConnections(settings.redis().orElseThrow());
            RedisBuckets buckets = new RedisBuckets(connection::dedicated, Clock.systemUTC());
            buckets.firstAttempt().toCompletableFuture().get(10, TimeUnit.SECONDS);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            connections.add(connection);
            registries.add(registry);
            all.add(WindowRateLimiter.shared(buckets, Clock.systemUTC(), timer, DEADLINE, () -> limiters, Optional.empty(), registry));
        }
        long before = commands();
        AtomicLong admitted = new AtomicLong();
        AtomicLong decisions = new AtomicLong();
        Queue<Long> micros = new ConcurrentLinkedQueue<>();
        CountDownLatch ended = new CountDownLatch(limiters * ASKERS);
        String route = name.replace(' ', '-') + '-' + limiters;
        long begun = System.nanoTime();
        // The first request begins the first window; the last ends before one more begins.
        long end = begun + Duration.ofSeconds(windows).minus(MARGIN).toNanos();
        for (RateLimiter limiter : all) {
            for (int i = 0; i < ASKERS; i++) {
                Thread.ofVirtual().start(() -> {
                    LimitSubject subject = new LimitSubject(route, Caller.ANONYMOUS, "127.0.0.1",
                            _ -> Optional.empty());
                    while (System.nanoTime() < end) {
                        long asked = System.nanoTime();
                        Admission admission = limiter.admit(limits, subject).block();
                        micros.add((System.nanoTime() - asked) / 1_000);
                        decisions.incrementAndGet();
                        admitted.addAndGet(admission instanceof Admission.Admitted ? 1 : 0);
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                    ended.countDown();
                });
            }
        }
        ended.await();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double alone = registries.stream().mapToDouble(Limiters::alone).sum();
        long commands = commands() - before;
        connections.forEach(RedisConnections::close);
        List<Long> sorted = micros.stream().sorted().toList();
        if (!name.equals("warm-up")) {
            System.out.printf(
                    "%18s, %2d limiters: %6.0f decisions/s, %6.0f admitted/s, %5.1f %% of the limit, %4.1f %% alone, %5.0f exchanges/s, p50 %.2f ms, p99 %.2f ms, slowest %.1f ms%n",
                    name, limiters, decisions.get() / seconds, admitted.get() / seconds, 100.0 * admitted.get() / requests / windows, 100 * alone / decisions.get(), commands / seconds,
                    sorted.get(sorted.size() / 2) / 1e3, sorted.get(sorted.size() * 99 / 100) / 1e3, sorted.getLast() / 1e3);
        }
    }

    private static double alone(SimpleMeterRegistry registry) {
        return registry.get("gatehouse.limiter.decisions").tag("mode", "local").counters().stream().mapToDouble(counter -> counter.count()).sum();
    }

    /// How many commands Redis has run.
    private long commands() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.getOutputStream().write("INFO stats\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Long.parseLong(answer.replaceAll("(?s).*total_commands_processed:(\\d+).*", "$1"));
        }
    }
}
