package dev.gatehouse.gateway.settings;

import java.time.Duration;

/// The bounds of connections to clients; nothing is infinite. Immutable.
///
/// @param headerTimeout from the first octet of a request to the end of its header section (`GATEHOUSE_HEADER_TIMEOUT`)
/// @param bodyTimeout over which a body has to come at the least rate (`GATEHOUSE_BODY_TIMEOUT`)
/// @param idleTimeout without a request (`GATEHOUSE_IDLE_TIMEOUT`)
/// @param sendTimeout over which a client has to take an answer that waits for it at the least rate (`GATEHOUSE_SEND_TIMEOUT`)
/// @param minRate octets in a second that a client has to send of a body, and to take of an answer; 0: any (`GATEHOUSE_MIN_RATE`)
/// @param maxConnections at once; one more is closed as soon as it is opened (`GATEHOUSE_MAX_CONNECTIONS`)
/// @param addressConnections of them for one address (`GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS`)
/// @param protocols what is spoken beside HTTP/1.1
/// @param proxyProtocol whether each must begin with a preamble of the PROXY protocol (`GATEHOUSE_PROXY_PROTOCOL`)
public record ConnectionSettings(Duration headerTimeout, Duration bodyTimeout, Duration idleTimeout, Duration sendTimeout,
        int minRate,
        int maxConnections, int addressConnections, boolean proxyProtocol, Protocols protocols) {

    static ConnectionSettings read(SettingsReader reader) {
        int most = reader.number("GATEHOUSE_MAX_CONNECTIONS", 10_000, 1, 1_000_000);
        return new ConnectionSettings(reader.duration("GATEHOUSE_HEADER_TIMEOUT", Duration.ofSeconds(10)),
                reader.duration("GATEHOUSE_BODY_TIMEOUT", Duration.ofSeconds(10)),
                reader.duration("GATEHOUSE_IDLE_TIMEOUT", Duration.ofSeconds(60)),
                reader.duration("GATEHOUSE_SEND_TIMEOUT", Duration.ofSeconds(30)),
                reader.number("GATEHOUSE_MIN_RATE", 500, 0, 1_000_000),
                most,
                reader.number("GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", Math.max(1, most / 2), 1, 1_000_000),
                reader.choice("GATEHOUSE_PROXY_PROTOCOL", "off", "required").equals("required"), Protocols.read(reader));
    }

    /// How many octets a client has to send or take over a time.
    public long least(Duration window) {
        return minRate * window.toMillis() / 1000;
    }
}
