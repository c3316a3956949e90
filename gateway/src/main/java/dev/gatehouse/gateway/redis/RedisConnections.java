package dev.gatehouse.gateway.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import dev.gatehouse.gateway.settings.RedisAddress;

/// Connections to Redis through one client. Starts without Redis being there; follows the master to wherever it moves, within a cluster by the answers of
/// the nodes themselves. Thread-safe.
public final class RedisConnections implements AutoCloseable {

    // Redis answers in well under a millisecond or is in trouble; whoever cannot wait that long sets a shorter deadline.
    private static final Duration COMMAND_TIMEOUT = Duration.ofMillis(500);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    // Commands that wait for a connection or an answer; more than this are refused at once.
    private static final int MAX_QUEUED = 10_000;
    // After an outage nobody waits longer than this and one attempt to connect for a Redis that is there again, however long it was away.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    // Of a peer that has not acknowledged anything for so long nothing will be heard on that connection: its host is gone, or a firewall forgot it.
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(5);
    private static final Duration SILENT = Duration.ofSeconds(5);
    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(2);
    private static final int PROBES = 3;
    private static final Duration STOP = Duration.ofSeconds(2);

    private final RedisAddress address;
    private final ClientResources resources;
    private final LettuceConnectionFactory factory;
    // Lettuce keeps it up to date.
    private volatile @Nullable Partitions partitions;

    /// Prepares the client; connects when first asked.
    public RedisConnections(RedisAddress address) {
        this.address = address;
        FormerMaster formerMaster = new FormerMaster();
        this.resources = ClientResources.builder().nettyCustomizer(formerMaster)
                .reconnectDelay(Delay.exponential(Duration.ZERO, LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS)).build();
        this.factory = new LettuceConnectionFactory(configuration(address), client(address, resources));
        this.factory.setEagerInitialization(false);
        this.factory.afterPropertiesSet();
        this.factory.start();
        this.factory.getRequiredNativeClient().addListener(formerMaster);
    }

    /// Spring Data's view of the shared connection.
    public ReactiveStringRedisTemplate template() {
        return new ReactiveStringRedisTemplate(factory);
    }

    /// A connection of its own, for small commands that must not queue behind others. Never blocks.
    public CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> dedicated() {
        AbstractRedisClient client = factory.getRequiredNativeClient();
        if (client instanceof RedisClusterClient cluster) {
            return cluster.connectAsync(ByteArrayCodec.INSTANCE).thenApply(this::known);
        }
        return ((RedisClient) client).connectAsync(ByteArrayCodec.INSTANCE, address.nodes().getFirst())
                .thenApply(connection -> connection.async());
    }

    private RedisClusterAsyncCommands<byte[], byte[]> known(StatefulRedisClusterConnection<byte[], byte[]> connection) {
        partitions = connection.getPartitions();
        return connection.async();
    }

    /// Tells which node of a cluster has a slot, by the id that `CLUSTER NODES` shows, as far as that is known. Nothing: there is no cluster.
    public Optional<IntFunction<String>> nodes() {
        return address.isCluster() ? Optional.of(this::node) : Optional.empty();
    }

    private String node(int slot) {
        Partitions known = partitions;
        RedisClusterNode node = known == null ? null : known.getPartitionBySlot(slot);
        return node == null ? "" : node.getNodeId();
    }

    @Override
    public void close() {
        factory.destroy();
        resources.shutdown(0, STOP.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(STOP.toMillis());
    }

    private static RedisConfiguration configuration(RedisAddress address) {
        RedisURI first = address.nodes().getFirst();
        if (address.isCluster()) {
            RedisClusterConfiguration cluster = new RedisClusterConfiguration();
            address.nodes().forEach(node -> cluster.addClusterNode(new RedisNode(node.getHost(), node.getPort())));
            credentials(first, cluster);
            return cluster;
        }
        if (address.isSentinel()) {
            RedisSentinelConfiguration sentinel = new RedisSentinelConfiguration().master(first.getSentinelMasterId());
            first.getSentinels().forEach(node -> sentinel.addSentinel(new RedisNode(node.getHost(), node.getPort())));
            sentinel.setDatabase(first.getDatabase());
            credentials(first, sentinel);
            return sentinel;
        }
        return LettuceConnectionFactory.createRedisConfiguration(first);
    }

    private static void credentials(RedisURI uri, RedisConfiguration.WithAuthentication configuration) {
        var credentials = uri.getCredentialsProvider().resolveCredentials().block(Duration.ofSeconds(1));
        if (credentials != null && credentials.hasUsername()) {
            configuration.setUsername(credentials.getUsername());
        }
        if (credentials != null && credentials.hasPassword()) {
            configuration.setPassword(credentials.getPassword());
        }
    }

    private static LettuceClientConfiguration client(RedisAddress address, ClientResources resources) {
        LettuceClientConfigurationBuilder client = LettuceClientConfiguration.builder().commandTimeout(COMMAND_TIMEOUT)
                .shutdownTimeout(Duration.ZERO).clientResources(resources).clientOptions(options(address));
        if (address.nodes().getFirst().isSsl()) {
            client.useSsl();
        }
        return client.build();
    }

    private static ClientOptions options(RedisAddress address) {
        ClientOptions.Builder options = address.isCluster()
                ? ClusterClientOptions.builder().topologyRefreshOptions(
                        ClusterTopologyRefreshOptions.builder().enablePeriodicRefresh(Duration.ofSeconds(30)).build())
                : ClientOptions.builder();
        return options.autoReconnect(true).disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED).socketOptions(socket()).timeoutOptions(TimeoutOptions.enabled(COMMAND_TIMEOUT))
                .build();
    }

    /// A connection that leads nowhere ends within seconds, whether commands wait on it or not. Where the system's own transport is missing only a silent
    /// one does.
    private static SocketOptions socket() {
        SocketOptions.Builder socket = SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).keepAlive(
                KeepAliveOptions.builder().enable().idle(SILENT).interval(BETWEEN_PROBES).count(PROBES).build());
        if (EpollProvider.isAvailable()) {
            socket.tcpUserTimeout(TcpUserTimeoutOptions.builder().enable().tcpUserTimeout(UNACKNOWLEDGED).build());
        }
        return socket.build();
    }
}
