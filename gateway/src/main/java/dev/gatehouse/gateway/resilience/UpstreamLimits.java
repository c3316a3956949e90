package dev.gatehouse.gateway.resilience;

import java.time.Duration;

import io.netty.channel.ChannelOption;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.NameResolverProvider;

/// The bounds of connections to upstreams; nothing is infinite. Immutable.
///
/// @param connectTimeout time to open a connection
/// @param maxConnections connections to one upstream
/// @param maxWaiting requests that wait for a connection to one upstream; one more is refused
/// @param waitTimeout how long they wait
/// @param maxIdle an unused connection is closed after this; shorter than the keep-alive of common servers, so that it is not they who close it
/// under a request
/// @param maxLife a connection is closed after this, so that a name that resolves anew is followed
/// @param eviction how often unused connections are looked through
/// @param nameTtl how long an answer of the name service counts at most; less where the answer says so
/// @param maxHeaderBytes the largest status line and header section of a response
public record UpstreamLimits(Duration connectTimeout, int maxConnections, int maxWaiting, Duration waitTimeout, Duration maxIdle,
        Duration maxLife, Duration eviction, Duration nameTtl, int maxHeaderBytes) {

    /// What holds where nothing else is set.
    public static final UpstreamLimits DEFAULT = new UpstreamLimits(Duration.ofSeconds(2), 500, 1_000, Duration.ofSeconds(2),
            Duration.ofSeconds(20), Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofSeconds(30), 16 * 1024);

    // An upstream that no request goes to, since it left routes.yml, say.
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);
    // A name that is not known yet may be known soon.
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);

    /// Refuses bounds that would let nothing pass.
    public UpstreamLimits {
        positive("connectTimeout", connectTimeout);
        positive("waitTimeout", waitTimeout);
        positive("maxIdle", maxIdle);
        positive("maxLife", maxLife);
        positive("eviction", eviction);
        positive("nameTtl", nameTtl);
        atLeast("maxConnections", maxConnections, 1);
        atLeast("maxWaiting", maxWaiting, 1);
        atLeast("maxHeaderBytes", maxHeaderBytes, 1024);
    }

    /// A pool with these bounds, to be disposed of by the caller.
    public ConnectionProvider pool() {
        return builder().build();
    }

    /// The same pool, whose metrics are told.
    public ConnectionProvider pool(ConnectionProvider.MeterRegistrar metrics) {
        return builder().metrics(true, () -> metrics).build();
    }

    /// A pool that hands out no connection twice, whatever is spoken on it; to be disposed of by the caller.
    public ConnectionProvider once() {
        return builder().maxIdleTime(SHORTEST).maxLifeTime(SHORTEST).build();
    }

    private ConnectionProvider.Builder builder() {
        return ConnectionProvider.builder("upstreams")
                .maxConnections(maxConnections)
                .pendingAcquireMaxCount(maxWaiting)
                .pendingAcquireTimeout(waitTimeout)
                .maxIdleTime(maxIdle)
                .maxLifeTime(maxLife)
                .evictInBackground(eviction)
                .disposeInactivePoolsInBackground(eviction, FORGOTTEN_AFTER)
                // The connection used last is the one least likely to be closed by the other side.
                .lifo();
    }

    /// The client with these bounds on connecting and on response headers. New connections to a name are spread over its addresses; when one does not
    /// answer the next is tried.
    public HttpClient bounded(HttpClient client) {
        return client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                .resolver(this::names)
                .httpResponseDecoder(decoder -> decoder.maxInitialLineLength(4096).maxHeaderSize(maxHeaderBytes));
    }

    void names(NameResolverProvider.NameResolverSpec names) {
        // Half of the connect time each: a server of names that is away leaves time to ask another.
        names.cacheMaxTimeToLive(nameTtl).cacheNegativeTimeToLive(UNKNOWN_FOR).queryTimeout(connectTimeout.dividedBy(2))
                .roundRobinSelection(true);
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
