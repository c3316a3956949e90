package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.Map;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Watches the memory of a gateway in this process: Netty follows each buffer (its paranoid level) and tells those that are collected without having been
/// released. One buffer is lost on purpose, to know that losses would have been told by then.
public final class LeakWatch {

    private static final String LOST_ON_PURPOSE = "lost on purpose";

    private LeakWatch() {}

    /// What clients do to a gateway.
    public interface Attack {
        void on(TestGateway gateway) throws Exception;
    }

    /// Fails unless a gateway with these routes and settings has given back all connections and buffers after the attack.
    public static void losesNothing(String routes, Map<String, String> settings, Attack attack) throws Exception {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try {
            watch(routes, settings, attack);
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    private static void watch(String routes, Map<String, String> settings, Attack attack) throws Exception {
        LogLines leaks;
        try (TestGateway gateway = TestGateway.start(routes, settings)) {
            leaks = LogLines.of(ResourceLeakDetector.class);
            attack.on(gateway);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(
                    () -> assertThat(ConnectionTable.heldBy(gateway.port())).as("connections of clients that are gone").isZero());
        }
        try (leaks) {
            ByteBufAllocator.DEFAULT.buffer(16).touch(LOST_ON_PURPOSE);
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).until(() -> lossIsTold(leaks));

            assertThat(leaks.matching(leak -> !leak.contains(LOST_ON_PURPOSE))).isEmpty();
        }
    }

    private static boolean lossIsTold(LogLines leaks) {
        System.gc();
        ByteBufAllocator.DEFAULT.buffer(16).release(); // the detector looks at its queue when the next buffer is taken
        return !leaks.matching(leak -> leak.contains(LOST_ON_PURPOSE)).isEmpty();
    }
}
