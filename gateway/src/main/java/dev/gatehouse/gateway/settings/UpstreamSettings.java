package dev.gatehouse.gateway.settings;

import java.time.Duration;

/// The bounds of connections to upstreams; nothing is infinite. Immutable.
///
/// @param connectTimeout time to open a connection (`GATEHOUSE_UPSTREAM_CONNECT_TIMEOUT`)
/// @param connections at once to one host and port (`GATEHOUSE_UPSTREAM_CONNECTIONS`)
/// @param queue requests that wait for one of them; one more is refused (`GATEHOUSE_UPSTREAM_QUEUE`)
/// @param queueTimeout how long they wait (`GATEHOUSE_UPSTREAM_QUEUE_TIMEOUT`)
/// @param idleTimeout after which an unused one is closed (`GATEHOUSE_UPSTREAM_IDLE_TIMEOUT`)
/// @param pause how long an upstream that answers may be silent, or the route's `timeout` if that is longer, unless it tells events (`GATEHOUSE_UPSTREAM_PAUSE`)
/// @param nameTtl how long an answer of the name service counts at most (`GATEHOUSE_DNS_TTL`)
/// @param discoveryEvery how long to wait before the instances of a service are asked for again (`GATEHOUSE_DISCOVERY_EVERY`)
public record UpstreamSettings(Duration connectTimeout, int connections, int queue, Duration queueTimeout, Duration idleTimeout,
        Duration pause, Duration nameTtl, Duration discoveryEvery) {

    static UpstreamSettings read(SettingsReader reader) {
        return new UpstreamSettings(reader.duration("GATEHOUSE_UPSTREAM_CONNECT_TIMEOUT", Duration.ofSeconds(2)),
                reader.number("GATEHOUSE_UPSTREAM_CONNECTIONS", 500, 1, 65_535),
                reader.number("GATEHOUSE_UPSTREAM_QUEUE", 1_000, 1, 1_000_000),
                reader.duration("GATEHOUSE_UPSTREAM_QUEUE_TIMEOUT", Duration.ofSeconds(2)),
                reader.duration("GATEHOUSE_UPSTREAM_IDLE_TIMEOUT", Duration.ofSeconds(20)),
                reader.duration("GATEHOUSE_UPSTREAM_PAUSE", Duration.ofMinutes(5)),
                reader.duration("GATEHOUSE_DNS_TTL", Duration.ofSeconds(30)),
                reader.duration("GATEHOUSE_DISCOVERY_EVERY", Duration.ofSeconds(10)));
    }
}
