package dev.gatehouse.auth.request;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

class FirstRequestsTests {

    private final BlockingQueue<Boolean> virtual = new LinkedBlockingQueue<>();
    private final FirstRequests requests = new FirstRequests();

    @Test
    @Timeout(20)
    void runOnPlatformThreadsAndOnlyLaterOnesOnVirtualThreads() throws InterruptedException {
        assertThat(threadsOf(FirstRequests.ENOUGH)).containsOnly(false);
        assertThat(threadsOf(20)).containsOnly(true);
    }

    @Test
    @Timeout(20)
    void doNotWaitForEachOther() throws InterruptedException {
        CountDownLatch all = new CountDownLatch(300);
        for (int i = 0; i < 300; i++) {
            requests.execute(() -> {
                all.countDown();
                await(all);
            });
        }
        assertThat(all.await(15, TimeUnit.SECONDS)).isTrue();
    }

    private List<Boolean> threadsOf(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            requests.execute(() -> virtual.add(Thread.currentThread().isVirtual()));
        }
        List<Boolean> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(virtual.take());
        }
        return found;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
