package dev.gatehouse.gateway.upstream;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

import org.jspecify.annotations.Nullable;

/// One upstream at work: which instance gets the next request, which are put out after failures, how many requests may be sent again. Thread-safe.
public final class Upstream {

    // Of the requests that are under way, a fifth at most are second attempts; few requests may still have these.
    private static final int BUDGET_DIVISOR = 5;
    private static final int LEAST_BUDGET = 3;

    private final UpstreamSpec spec;
    private final InstantSource clock;
    private final IntUnaryOperator random;
    private final UpstreamEvents events;
    private final AtomicInteger repeating = new AtomicInteger();
    private volatile Members members;
    private volatile @Nullable Instance last;

    /// @param places where its instances are, one for each
    Upstream(UpstreamSpec spec, List<InstanceSpec> places, Instance[] instances, InstantSource clock, IntUnaryOperator random,
            UpstreamEvents events) {
        this.spec = spec;
        this.clock = clock;
        this.random = random;
        this.events = events;
        this.members = members(places, instances);
    }

    private Members members(List<InstanceSpec> places, Instance[] instances) {
        return new Members(instances, new Balancer(instances, places.stream().mapToInt(InstanceSpec::weight).toArray(),
                spec.balance(), random));
    }

    /// Exchanges the instances of a service. What is known of one outlives the exchange; a request that has chosen one goes there.
    ///
    /// @return whether they are others than before
    public synchronized boolean replace(List<InstanceSpec> places) {
        Map<String, Instance> known = new HashMap<>();
        for (Instance instance : members.instances) {
            known.put(instance.address(), instance);
        }
        long joins = known.isEmpty() ? 0 : clock.millis();
        Instance[] next = places.stream()
                .map(place -> known.computeIfAbsent(place.address(), address -> new Instance(spec.id(), address, joins)))
                .toArray(Instance[]::new);
        if (Arrays.equals(next, members.instances)) {
            return false;
        }
        last = members.instances.length > 0 ? members.instances[0] : last;
        members = members(places, next);
        return true;
    }

    /// As the file says it.
    public UpstreamSpec spec() {
        return spec;
    }

    /// How many instances it has; a service may have none.
    public int size() {
        return members.instances.length;
    }

    /// In the order of the file.
    public List<Instance> instances() {
        return List.of(members.instances);
    }

    /// Which instance gets a request. Those out of service get none as long as any other is left; when all are out, all get requests again.
    ///
    /// @param key decides where the same requests go to the same instance, see [Hashing]; of no meaning else
    /// @param tried the instance where it failed before; gets it again only when there is no other
    ///
    /// @throws IllegalStateException when there has never been an instance; ask [#size()] before
    public Instance choose(long key, @Nullable Instance tried) {
        Members now = members;
        Instance[] instances = now.instances;
        if (instances.length == 0) {
            // Its last instances have gone since somebody asked whether there are any.
            return Objects.requireNonNullElseGet(last, Upstream::none);
        }
        return choose(now.balancer, instances, key, tried);
    }

    private static Instance none() {
        throw new IllegalStateException("no instance");
    }

    private Instance choose(Balancer balancer, Instance[] instances, long key, @Nullable Instance tried) {
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
        for (Instance other : members.instances) {
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
        for (Instance instance : members.instances) {
            count += instance.inService(now) ? 1 : 0;
        }
        return count;
    }

    /// An instance has answered.
    public void succeeded(Instance instance) {
        if (size() > 1) {
            instance.succeeded();
        }
    }

    /// An instance has failed: by its fault, not by the client's.
    public void failed(Instance instance) {
        if (size() > 1 && instance.failed() >= Instance.FAILURES) {
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
        Instance[] instances = members.instances;
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
        for (Instance instance : members.instances) {
            sum += instance.underWay();
        }
        return sum;
    }

    /// The instances at one time.
    @SuppressWarnings("ArrayRecordComponent") // private to the upstream and never written to
    private record Members(Instance[] instances, Balancer balancer) {}
}
