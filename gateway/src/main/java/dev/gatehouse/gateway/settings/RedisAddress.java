package dev.gatehouse.gateway.settings;

import java.util.List;
import java.util.stream.Stream;

import io.lettuce.core.RedisURI;

/// Where Redis is, in one of the forms of `REDIS_URL`. Immutable; its text never shows a password.
///
/// @param nodes one address, or several nodes of one cluster
public record RedisAddress(List<RedisURI> nodes) {

    private static final String EXPECTED = "redis://host:port, rediss://…, redis-sentinel://host:port,…#master, or several redis:// nodes"
            + " of a cluster with commas between";

    /// Copies the list.
    public RedisAddress {
        nodes = List.copyOf(nodes);
    }

    /// Reads the setting's value.
    ///
    /// @throws IllegalArgumentException saying what is expected, without the value, which may hold a password
    static RedisAddress parse(String value) {
        try {
            String[] urls = value.startsWith("redis-sentinel://") ? new String[]{value} : value.split("\\s*,\\s*");
            return new RedisAddress(Stream.of(urls).map(RedisAddress::node).toList());
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("not a Redis address (expected: " + EXPECTED + ")");
        }
    }

    private static RedisURI node(String url) {
        if (!url.startsWith("redis://") && !url.startsWith("rediss://") && !url.startsWith("redis-sentinel://")) {
            throw new IllegalArgumentException("scheme");
        }
        return RedisURI.create(url);
    }

    /// Whether the nodes form a cluster.
    public boolean isCluster() {
        return nodes.size() > 1;
    }

    /// Whether sentinels tell where the master is.
    public boolean isSentinel() {
        return !nodes.getFirst().getSentinels().isEmpty();
    }

    @Override
    public String toString() {
        return isSentinel()
                ? "redis-sentinel (" + nodes.getFirst().getSentinelMasterId() + ")"
                : String.join(",", nodes.stream().map(node -> node.getHost() + ":" + node.getPort()).toList());
    }
}
