package dev.gatehouse.gateway.upstream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UpstreamTests {

    private final TestUpstreams upstreams = new TestUpstreams(7);
    private final Upstream three = upstreams.of(new Balance.LeastBusy(), 1, 1, 1);
    private final Instance first = three.instances().getFirst();

    private void fail(Instance instance, int times) {
        for (int i = 0; i < times; i++) {
            three.failed(instance);
        }
    }

    private void move(long seconds) {
        upstreams.clock.move(Duration.ofSeconds(seconds));
    }

    private int share() {
        return TestUpstreams.spread(three, 10_000, _ -> 0)[0];
    }

    @Test
    void putsAnInstanceOutAfterFiveFailuresInARow() {
        fail(first, 4);
        assertThat(share()).isPositive();
        fail(first, 1);
        assertThat(share()).isZero();
        assertThat(three.inService()).isEqualTo(2);
    }

    @Test
    void countsFailuresInARowOnly() {
        for (int i = 0; i < 10; i++) {
            fail(first, 4);
            three.succeeded(first);
        }
        assertThat(three.inService()).isEqualTo(3);
    }

    @Test
    void takesItBackAfterThirtySecondsAndLaterEachTime() {
        fail(first, 5);
        move(29);
        assertThat(three.inService()).isEqualTo(2);
        move(1);
        assertThat(three.inService()).isEqualTo(3);
        fail(first, 5);
        move(59);
        assertThat(three.inService()).isEqualTo(2);
        move(1);
        assertThat(three.inService()).isEqualTo(3);
    }

    @Test
    void forgivesAfterFiveGoodMinutes() {
        fail(first, 5);
        move(31 + 300);
        fail(first, 5);
        move(30);
        assertThat(three.inService()).isEqualTo(3);
    }

    @Test
    void putsOutHalfOfTheInstancesAtMost() {
        three.instances().forEach(each -> fail(each, 5));
        assertThat(three.inService()).isEqualTo(2);
    }

    @Test
    void neverPutsOutTheOnlyInstance() {
        Upstream one = new TestUpstreams(1).of(new Balance.LeastBusy(), 1);
        for (int i = 0; i < 100; i++) {
            one.failed(one.instances().getFirst());
        }
        assertThat(one.inService()).isEqualTo(1);
    }

    @Test
    void startsSlowlyAfterAReturn() {
        fail(first, 5);
        move(30);
        assertThat(share()).isBetween(200, 800);
        move(15);
        assertThat(share()).isBetween(1_600, 2_400);
        move(15);
        assertThat(share()).isBetween(3_000, 3_700);
    }

    @Test
    void asksThoseOutOfServiceWhenNobodyElseIsLeft() {
        Upstream two = upstreams.of(new Balance.RoundRobin(), 1, 1);
        for (int i = 0; i < 5; i++) {
            two.failed(two.instances().getFirst());
        }
        two.instances().getLast().restUntil(Long.MAX_VALUE);
        assertThat(two.choose(0, null)).isSameAs(two.instances().getFirst());
    }

    @Test
    void prefersAnotherInstanceThanTheOneTried() {
        for (Balance balance : List.of(new Balance.LeastBusy(), new Balance.RoundRobin(), new Balance.ByUser())) {
            Upstream upstream = upstreams.of(balance, 1, 1, 1);
            for (int i = 0; i < 100; i++) {
                Instance tried = upstream.choose(i, null);
                assertThat(upstream.choose(i, tried)).isNotSameAs(tried);
            }
        }
    }

    @Test
    void repeatsAFifthOfWhatIsUnderWay() {
        for (int i = 0; i < 50; i++) {
            new Stay().moveTo(three.choose(0, null));
        }
        int repetitions = 0;
        while (three.mayRepeat()) {
            repetitions++;
        }
        assertThat(repetitions).isEqualTo(10);
    }

    @Test
    void remembersInstancesOverAChangeOfTheFile() {
        fail(first, 5);
        UpstreamSpec changed = TestUpstreams.spec(new Balance.RoundRobin(), 2, 1, 1, 1);
        upstreams.all.replace(List.of(changed));
        assertThat(upstreams.all.of(changed).instances().getFirst()).isSameAs(first);
        assertThat(upstreams.all.of(changed).inService()).isEqualTo(3);
    }

    /// An operator whose question was wrong takes it out of the file.
    @Test
    void takesInstancesForWellThatNobodyAsksAnyMore() {
        HealthCheck check = new HealthCheck("/wrong", Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
        UpstreamSpec asked = new UpstreamSpec("u", three.spec().instances(), three.spec().balance(), Optional.of(check));
        upstreams.all.replace(List.of(asked));
        upstreams.all.of(asked).probed(first, false, check);
        assertThat(upstreams.all.of(asked).inService()).isEqualTo(2);

        upstreams.all.replace(List.of(three.spec()));
        assertThat(upstreams.all.of(three.spec()).instances()).contains(first);
        assertThat(upstreams.all.of(three.spec()).inService()).isEqualTo(3);
    }

    @Test
    void isTheVerySameWhenTheFileSaysTheSame() {
        UpstreamSpec same = TestUpstreams.spec(new Balance.LeastBusy(), 1, 1, 1);
        upstreams.all.replace(List.of(same));
        assertThat(upstreams.all.of(same)).isSameAs(three);
    }

    @Test
    void countsARequestExactlyOnceWhoeverEndsIt() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2_000; i++) {
                Stay stay = new Stay();
                stay.moveTo(first);
                CountDownLatch both = new CountDownLatch(2);
                threads.execute(() -> {
                    stay.end();
                    both.countDown();
                });
                threads.execute(() -> {
                    stay.moveTo(three.instances().getLast());
                    both.countDown();
                });
                both.await();
                stay.end();
            }
        }
        assertThat(three.instances()).allSatisfy(each -> assertThat(each.underWay()).isZero());
    }
}
