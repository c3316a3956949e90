package dev.gatehouse.devservices;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.gatehouse.devservices.process.Deadline;

/// A real Redis Cluster of three masters on loopback, which share the slots. It ends with this JVM. Blocks until it is what it says. Safe to share
/// between threads.
public final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Redis> nodes = new ArrayList<>();

    private RedisCluster() {}

    /// A cluster on free ports that keeps its data in memory only.
    public static RedisCluster temporary() {
        RedisCluster cluster = new RedisCluster();
        try {
            for (int i = 0; i < MASTERS; i++) {
                cluster.nodes.add(Redis.temporary(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
                        "--cluster-require-full-coverage", "no")));
            }
            cluster.join();
            return cluster;
        } catch (RuntimeException broken) {
            cluster.close();
            throw broken;
        }
    }

    private void join() {
        for (int i = 0; i < MASTERS; i++) {
            String[] slots = IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS).mapToObj(Integer::toString)
                    .toArray(String[]::new);
            require(i, "+OK", Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), Stream.of(slots)).toArray(String[]::new));
            require(i, "+OK", "CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
        }
        for (Redis other : nodes.subList(1, MASTERS)) {
            require(0, "+OK", "CLUSTER", "MEET", "127.0.0.1", "" + other.port());
        }
        if (!Deadline.in(PATIENCE).await(() -> nodes.stream().allMatch(RedisCluster::isJoined))) {
            throw new ServiceStartException("The Redis nodes do not become a cluster");
        }
    }

    private void require(int node, String expected, String... command) {
        String answer = RedisCommands.ask(nodes.get(node).port(), command);
        if (!answer.equals(expected)) {
            throw new ServiceStartException("Redis answers %s %s with %s".formatted(command[0], command[1], answer));
        }
    }

    private static boolean isJoined(Redis node) {
        String info = RedisCommands.ask(node.port(), "CLUSTER", "INFO");
        return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS)
                && info.contains("cluster_known_nodes:" + MASTERS);
    }

    /// The nodes' addresses with commas between.
    public String url() {
        return nodes.stream().map(Redis::url).collect(Collectors.joining(","));
    }

    /// Its masters.
    public List<Redis> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void close() {
        nodes.forEach(Redis::close);
    }
}
