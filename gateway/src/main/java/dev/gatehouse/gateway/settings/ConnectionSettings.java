package dev.gatehouse.gateway.settings;

import java.time.Duration;

/// The bounds of connections to clients; nothing is infinite. Immutable.
///
/// @param headerTimeout from the first octet of a request to the end of its header section (`GATEHOUSE_HEADER_TIMEOUT`)
/// @param idleTimeout without a request (`GATEHOUSE_IDLE_TIMEOUT`)
/// @param sendTimeout without the client taking anything of an answer that waits for it (`GATEHOUSE_SEND_TIMEOUT`)
/// @param maxConnections at once; one more is closed as soon as it is opened (`GATEHOUSE_MAX_CONNECTIONS`)
/// @param proxyProtocol whether each must begin with a preamble of the PROXY protocol (`GATEHOUSE_PROXY_PROTOCOL`)
public record ConnectionSettings(Duration headerTimeout, Duration idleTimeout, Duration sendTimeout, int maxConnections,
        boolean proxyProtocol) {

    static ConnectionSettings read(SettingsReader reader) {
        return new ConnectionSettings(reader.duration("GATEHOUSE_HEADER_TIMEOUT", Duration.ofSeconds(10)),
                reader.duration("GATEHOUSE_IDLE_TIMEOUT", Duration.ofSeconds(60)),
                reader.duration("GATEHOUSE_SEND_TIMEOUT", Duration.ofSeconds(30)),
                reader.number("GATEHOUSE_MAX_CONNECTIONS", 10_000, 1, 1_000_000),
                reader.choice("GATEHOUSE_PROXY_PROTOCOL", "off", "required").equals("required"));
    }
}
