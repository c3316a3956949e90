package dev.gatehouse.gateway.upstream;

import java.util.Arrays;
import java.util.List;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

/// How requests spread, whatever the weights.
class BalancerPropertyTests {

    private static final int REQUESTS = 20_000;

    private static void assertShares(int[] counts, int[] weights, double tolerance) {
        int sum = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            double expected = (double) REQUESTS * weights[i] / sum;
            assertThat((double) counts[i]).isBetween(expected - tolerance, expected + tolerance);
        }
    }

    // Five standard deviations of the largest variance there can be.
    private static final double CHANCE = 5 * Math.sqrt(REQUESTS * 0.25);

    @Property(tries = 50)
    void drawsByWeight(@ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 1000) Integer> weights, @ForAll long seed) {
        int[] all = weights.stream().mapToInt(Integer::intValue).toArray();
        Upstream upstream = new TestUpstreams(seed).of(new Balance.LeastBusy(), all);
        assertShares(TestUpstreams.spread(upstream, REQUESTS, _ -> 0), all, CHANCE);
    }

    @Property(tries = 50)
    void hashesByWeight(@ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 1000) Integer> weights, @ForAll int seed) {
        int[] all = weights.stream().mapToInt(Integer::intValue).toArray();
        Upstream upstream = new TestUpstreams(seed).of(new Balance.ByUser(), all);
        assertShares(TestUpstreams.spread(upstream, REQUESTS, i -> Hashing.of("user " + seed + ' ' + i)), all, CHANCE);
    }

    @Property(tries = 50)
    void takesTurnsByWeight(@ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 20) Integer> weights) {
        int[] all = weights.stream().mapToInt(Integer::intValue).toArray();
        Upstream upstream = new TestUpstreams(1).of(new Balance.RoundRobin(), all);
        int round = Arrays.stream(all).sum();
        assertThat(TestUpstreams.spread(upstream, round * 3, _ -> 0)).isEqualTo(Arrays.stream(all).map(w -> w * 3).toArray());
    }

    @Property(tries = 30)
    void passesOverALongTurnAtOnce(@ForAll @IntRange(min = 500, max = 1000) int heavy,
            @ForAll @IntRange(min = 1, max = 9) int light) {
        Upstream upstream = new TestUpstreams(1).of(new Balance.RoundRobin(), heavy, light, 1);
        Instance tried = upstream.instances().getFirst();
        int[] counts = new int[3];
        for (int i = 0; i < REQUESTS; i++) {
            counts[upstream.instances().indexOf(upstream.choose(0, tried))]++;
        }
        assertThat(counts[0]).isZero();
        assertShares(new int[]{counts[1], counts[2]}, new int[]{light, 1}, CHANCE);
    }

    @Property(tries = 30)
    void movesOnlyTheKeysOfAnInstanceThatGoes(@ForAll @Size(min = 3, max = 8) List<@IntRange(min = 1, max = 9) Integer> weights,
            @ForAll int seed) {
        Upstream upstream = new TestUpstreams(seed).of(new Balance.ByUser(),
                weights.stream().mapToInt(Integer::intValue).toArray());
        Instance goes = upstream.instances().getFirst();
        Instance[] before = new Instance[500];
        for (int i = 0; i < before.length; i++) {
            before[i] = upstream.choose(Hashing.of("u" + i), null);
        }
        goes.restUntil(Long.MAX_VALUE);
        for (int i = 0; i < before.length; i++) {
            Instance after = upstream.choose(Hashing.of("u" + i), null);
            assertThat(after).isNotSameAs(goes);
            assertThat(before[i] == goes || before[i] == after).isTrue();
        }
    }

    @Property(tries = 30)
    void keepsEqualInstancesEvenlyBusy(@ForAll @IntRange(min = 2, max = 10) int instances, @ForAll long seed) {
        int[] weights = new int[instances];
        Arrays.fill(weights, 1);
        Upstream upstream = new TestUpstreams(seed).of(new Balance.LeastBusy(), weights);
        for (int i = 0; i < instances * 100; i++) {
            new Stay().moveTo(upstream.choose(0, null));
        }
        // One choice alone would leave the busiest some 25 above the mean; of two the less busy stays within a few.
        assertThat(upstream.instances()).allSatisfy(each -> assertThat(each.underWay()).isBetween(90, 110));
    }
}
