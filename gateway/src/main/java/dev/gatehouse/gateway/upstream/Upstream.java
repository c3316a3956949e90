package dev.gatehouse.gateway.upstream;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

import org.jspecify.annotations.Nullable;

/// One upstream at work: which instance gets the next request, which are put out after failures, how many requests may be sent again. Thread-safe.
public final class Upstream {

    // Of the requests that are under way, a fifth at most are second attempts; few requests may still have these.
    private static final int BUDGET_DIVISOR = 5;
    private static final int LEAST_BUDGET = 3;

    private final UpstreamSpec spec;
    private final Instance[] instances;
    private final Balancer balancer;
    private final InstantSource clock;
    private final UpstreamEvents events;
    private final AtomicInteger repeating = new AtomicInteger();

    Upstream(UpstreamSpec spec, Instance[] instances, InstantSource clock, IntUnaryOperator random, UpstreamEvents events) {
        this.spec = spec;
        this.instances = instances.clone();
        this.balancer = new Balancer(this.instances, spec.instances().stream().mapToInt(InstanceSpec::weight).toArray(),
                spec.balance(), random);
        this.clock = clock;
        this.events = events;
    }

    /// As the file says it.
    public UpstreamSpec spec() {
        return spec;
    }

    /// How many instances it has.
    public int size() {
        return instances.length;
    }

    /// In the order of the file.
    public List<Instance> instances() {
        return List.of(instances);
    }

    /// Which instance gets a request. Those out of service get none as long as any other is left; when all are out, all get requests again.
    ///
    /// @param key decides where the same requests go to the same instance, see [Hashing]; of no meaning else
    /// @param tried the instance where it failed before; gets it again only when there is no other
    public Instance choose(long key, @Nullable Instance tried) {
        if (instances.length == 1) {
            return instances[0];
        }
        long now = clock.millis();
        Instance chosen = balancer.pick(key, tried, now, false);
        if (chosen == null && tried != null && tried.inService(now)) {
            return tried;
        }
        if (chosen == null) {
            chosen = balancer.pick(key, tried, now, true);
        }
        return chosen == null ? instances[0] : chosen;
    }

    /// Whether another instance than this one is in service.
    public boolean hasOther(Instance instance) {
        long now = clock.millis();
        for (Instance other : instances) {
            if (other != instance && other.inService(now)) {
                return true;
            }
        }
        return false;
    }

    /// How many instances are in service.
    public int inService() {
        long now = clock.millis();
        int count = 0;
        for (Instance instance : instances) {
            count += instance.inService(now) ? 1 : 0;
        }
        return count;
    }

    /// An instance has answered.
    public void succeeded(Instance instance) {
        if (instances.length > 1) {
            instance.succeeded();
        }
    }

    /// An instance has failed: by its fault, not by the client's.
    public void failed(Instance instance) {
        if (instances.length > 1 && instance.failed() >= Instance.FAILURES) {
            eject(instance);
        }
    }

    /// An instance was asked whether it is well, and this is what it said. Not to be called by two threads at once for one instance.
    public void probed(Instance instance, boolean good, HealthCheck check) {
        instance.probed(good, check, clock.millis());
    }

    /// At most half of the instances are out at a time: beyond that it is more likely the whole that suffers.
    private synchronized void eject(Instance instance) {
        long now = clock.millis();
        int out = 0;
        for (Instance each : instances) {
            out += each.isEjected(now) ? 1 : 0;
        }
        if (!instance.isEjected(now) && 2 * (out + 1) <= instances.length) {
            instance.eject(now);
            events.ejected(this, instance);
        }
    }

    /// Whether one more request could be sent again now.
    public boolean hasBudget() {
        return repeating.get() < budget();
    }

    private int budget() {
        return Math.max(LEAST_BUDGET, underWay() / BUDGET_DIVISOR);
    }

    /// Whether one more request may be sent again now; if so, [#repeated()] must follow when that attempt has ended.
    public boolean mayRepeat() {
        if (repeating.incrementAndGet() <= budget()) {
            events.retried(this);
            return true;
        }
        repeating.decrementAndGet();
        events.exhausted(this);
        return false;
    }

    /// A repetition has ended.
    public void repeated() {
        repeating.decrementAndGet();
    }

    private int underWay() {
        int sum = 0;
        for (Instance instance : instances) {
            sum += instance.underWay();
        }
        return sum;
    }
}
