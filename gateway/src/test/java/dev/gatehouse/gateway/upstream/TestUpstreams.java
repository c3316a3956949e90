package dev.gatehouse.gateway.upstream;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import dev.gatehouse.gateway.ratelimit.MovedClock;

/// Upstreams whose instances are http://0, http://1 and so on, with these weights.
final class TestUpstreams {

    final MovedClock clock = new MovedClock();
    final Upstreams all;

    TestUpstreams(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        all = new Upstreams(clock, random::nextInt, UpstreamEvents.NONE);
    }

    Upstream of(Balance balance, int... weights) {
        UpstreamSpec spec = spec(balance, weights);
        all.replace(List.of(spec));
        return all.of(spec);
    }

    static UpstreamSpec spec(Balance balance, int... weights) {
        List<InstanceSpec> instances = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            instances.add(new InstanceSpec(URI.create("http://" + i + ".example"), weights[i]));
        }
        return new UpstreamSpec("u", instances, balance);
    }

    static int[] spread(Upstream upstream, int requests, java.util.function.IntToLongFunction key) {
        int[] counts = new int[upstream.size()];
        for (int i = 0; i < requests; i++) {
            counts[upstream.instances().indexOf(upstream.choose(key.applyAsLong(i), null))]++;
        }
        return counts;
    }
}
