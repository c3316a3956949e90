package dev.gatehouse.devservices;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.gatehouse.devservices.process.Deadline;

/// A real Redis Cluster of three masters on loopback, which share the slots, each with a replica where asked for. It ends with this JVM. Blocks until it
/// is what it says. Safe to share between threads.
public final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Redis> nodes = new ArrayList<>();
    private final int size;

    private RedisCluster(int size) {
        this.size = size;
    }

    /// A cluster on free ports that keeps its data in memory only.
    public static RedisCluster temporary() {
        return started(MASTERS);
    }

    /// The same, with a replica of each master.
    public static RedisCluster replicated() {
        return started(2 * MASTERS);
    }

    private static RedisCluster started(int size) {
        RedisCluster cluster = new RedisCluster(size);
        try {
            for (int i = 0; i < size; i++) {
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
        for (Redis other : nodes.subList(1, size)) {
            require(0, "+OK", "CLUSTER", "MEET", "127.0.0.1", "" + other.port());
        }
        await("become a cluster", this::isJoined);
        for (int i = MASTERS; i < size; i++) {
            require(i, "+OK", "CLUSTER", "REPLICATE", ask(i - MASTERS, "CLUSTER", "MYID"));
        }
        await("have replicas", this::isReplicated);
    }

    /// The replica of a master takes its place at the master's wish: the old one goes on as its replica.
    public void exchange(int master) {
        require(master + MASTERS, "+OK", "CLUSTER", "FAILOVER");
        await("change places", () -> isMaster(master + MASTERS) && !isMaster(master));
    }

    /// Kills the node that took the place of a master; the old one takes it back by itself.
    public void killSuccessor(int master) {
        nodes.get(master + MASTERS).kill();
    }

    private static void await(String what, BooleanSupplier happened) {
        if (!Deadline.in(PATIENCE).await(happened)) {
            throw new ServiceStartException("The Redis nodes do not " + what);
        }
    }

    private boolean isMaster(int node) {
        return ask(node, "INFO", "replication").contains("role:master");
    }

    private String ask(int node, String... command) {
        return RedisCommands.ask(nodes.get(node).port(), command);
    }

    private void require(int node, String expected, String... command) {
        String answer = ask(node, command);
        if (!answer.equals(expected)) {
            throw new ServiceStartException("Redis answers %s %s with %s".formatted(command[0], command[1], answer));
        }
    }

    private boolean isJoined() {
        return nodes.stream().map(node -> RedisCommands.ask(node.port(), "CLUSTER", "INFO"))
                .allMatch(info -> info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS)
                        && info.contains("cluster_known_nodes:" + size));
    }

    /// Whether each replica has its master's data, and every node knows it as one.
    private boolean isReplicated() {
        return IntStream.range(MASTERS, size).allMatch(i -> ask(i, "INFO", "replication").contains("master_link_status:up"))
                && nodes.stream().map(node -> RedisCommands.ask(node.port(), "CLUSTER", "NODES"))
                        .allMatch(seen -> seen.lines().filter(line -> line.contains("slave")).count() == size - MASTERS);
    }

    /// The nodes' addresses with commas between.
    public String url() {
        return nodes.stream().map(Redis::url).collect(Collectors.joining(","));
    }

    /// Its masters, and behind them their replicas in the same order, as they were at first.
    public List<Redis> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void close() {
        nodes.forEach(Redis::close);
    }
}
