package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.lettuce.core.cluster.SlotHash;
import io.netty.util.Timer;

/// What is between this instance and Redis: one gate, or in a cluster one for each node, for a node that is gone says nothing of the others. Thread-safe,
/// never blocks.
final class Gates {

    // A node that nobody asks for may have left the cluster; another may have taken its slots.
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final RedisGate only;
    private final Optional<IntFunction<String>> nodes;
    private final LoadingCache<String, RedisGate> ofNodes;

    private Gates(RedisGate only, Optional<IntFunction<String>> nodes, Timer timer, InstantSource clock) {
        this.only = only;
        this.nodes = nodes;
        ofNodes = Caffeine.newBuilder().expireAfterAccess(REMEMBERED).executor(Runnable::run)
                .build(node -> RedisGate.open("Redis node " + node, timer, clock));
    }

    /// @param nodes the node of a cluster that has a slot; nothing: there is no cluster
    static Gates open(Optional<IntFunction<String>> nodes, Timer timer, InstantSource clock) {
        return new Gates(RedisGate.open("Redis", timer, clock), nodes, timer, clock);
    }

    /// Those of an instance without Redis.
    static Gates absent(Timer timer, InstantSource clock) {
        return new Gates(RedisGate.absent(timer, clock), Optional.empty(), timer, clock);
    }

    /// The slot of a key, to be asked for its gate; any number where there is no cluster.
    int slot(TallyKey key) {
        return nodes.isPresent() ? SlotHash.getSlot(key.redisKey()) : 0;
    }

    /// The gate to whoever has this slot now.
    RedisGate of(int slot) {
        return nodes.isPresent() ? ofNodes.get(nodes.get().apply(slot)) : only;
    }

    /// Whether all are open; of a cluster, those that somebody has asked for of late and that have slots still: what became of the others matters to nobody.
    /// Looks through all slots, so it is for metrics and not for requests.
    boolean isOpen() {
        return nodes.map(this::areOpen).orElseGet(only::isOpen);
    }

    private boolean areOpen(IntFunction<String> ofSlots) {
        return IntStream.range(0, SlotHash.SLOT_COUNT).mapToObj(ofSlots).distinct().map(ofNodes.asMap()::get)
                .allMatch(gate -> gate == null || gate.isOpen());
    }

    /// Whether there is no Redis to be asked, ever.
    boolean isAbsent() {
        return only.isAbsent();
    }
}
