package dev.gatehouse.gateway.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Everything that the environment says, checked. Immutable.
///
/// @param routes where `routes.yml` is (`GATEHOUSE_ROUTES`)
/// @param refuseWidening whether a changed `routes.yml` that widens access is not used (`GATEHOUSE_REFUSE_WIDENING`)
/// @param address where the public port listens (`GATEHOUSE_ADDRESS`)
/// @param port the public port (`GATEHOUSE_PORT`); 0: any free one
/// @param managementAddress where the management port listens (`GATEHOUSE_MANAGEMENT_ADDRESS`)
/// @param managementPort health, metrics and operator endpoints (`GATEHOUSE_MANAGEMENT_PORT`); 0: any free one
/// @param managementHosts names by which the management port is reached besides loopback names (`GATEHOUSE_MANAGEMENT_HOSTS`), in lower case
/// @param trustedProxies CIDR blocks whose forwarded fields count (`GATEHOUSE_TRUSTED_PROXIES`)
/// @param trustedFields which of these fields they write themselves (`GATEHOUSE_TRUSTED_FIELDS`): `for`, `proto`, `host`, or `forwarded` alone
/// @param assertion how assertions for backends are signed
/// @param state where what shall survive a restart is kept (`GATEHOUSE_STATE`); empty: nowhere
/// @param redis where limits and revocations are shared (`REDIS_URL`); empty: this instance stands alone
/// @param limiterDeadline how long a decision of a limit waits for Redis before this instance counts alone (`GATEHOUSE_LIMITER_DEADLINE`)
/// @param connections the bounds of connections to clients
/// @param shedDelay how late an event loop may be before requests are refused (`GATEHOUSE_SHED_DELAY`)
/// @param drain how it stops
/// @param upstreams the bounds of connections to upstreams
/// @param tracing where spans go
/// @param tls how the public port speaks TLS; empty: it does not
/// @param redirect the port that sends plain HTTP to https; empty: there is none
public record GatewaySettings(Path routes, boolean refuseWidening, String address, int port, String managementAddress,
        int managementPort, List<String> managementHosts, List<String> trustedProxies, List<String> trustedFields,
        AssertionSettings assertion,
        Optional<Path> state, Optional<RedisAddress> redis, Duration limiterDeadline, ConnectionSettings connections,
        Duration shedDelay, DrainSettings drain, UpstreamSettings upstreams, TracingSettings tracing, Optional<TlsSettings> tls,
        Optional<RedirectSettings> redirect) {

    /// Copies the lists.
    public GatewaySettings {
        managementHosts = List.copyOf(managementHosts);
        trustedProxies = List.copyOf(trustedProxies);
        trustedFields = List.copyOf(trustedFields);
    }

    /// Reads the environment.
    ///
    /// @throws InvalidSettingsException naming every setting that is wrong
    public static GatewaySettings read(Environment environment) {
        SettingsReader reader = new SettingsReader(environment);
        GatewaySettings settings = new GatewaySettings(reader.path("GATEHOUSE_ROUTES", "./routes.yml"),
                reader.flag("GATEHOUSE_REFUSE_WIDENING"),
                reader.text("GATEHOUSE_ADDRESS", "0.0.0.0"), reader.port("GATEHOUSE_PORT", 8080),
                reader.text("GATEHOUSE_MANAGEMENT_ADDRESS", "127.0.0.1"), reader.port("GATEHOUSE_MANAGEMENT_PORT", 9080),
                reader.list("GATEHOUSE_MANAGEMENT_HOSTS").stream().map(name -> name.toLowerCase(Locale.ROOT)).toList(),
                reader.list("GATEHOUSE_TRUSTED_PROXIES"), reader.fields("GATEHOUSE_TRUSTED_FIELDS"),
                new AssertionSettings(reader.text("GATEHOUSE_ASSERTION_ISSUER", "gatehouse"),
                        reader.optionalPath("GATEHOUSE_ASSERTION_KEYS"), reader.key("GATEHOUSE_KEK")),
                reader.ownFolder("GATEHOUSE_STATE"), reader.redis("REDIS_URL"),
                reader.moment("GATEHOUSE_LIMITER_DEADLINE", Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofSeconds(1)),
                ConnectionSettings.read(reader), reader.duration("GATEHOUSE_SHED_DELAY", Duration.ofMillis(500)),
                DrainSettings.read(reader), UpstreamSettings.read(reader), TracingSettings.read(reader), TlsSettings.read(reader),
                RedirectSettings.read(reader));
        if (settings.connections().proxyProtocol() && settings.trustedProxies().isEmpty()) {
            reader.refuse(
                    "GATEHOUSE_PROXY_PROTOCOL: required, but nobody may speak it (expected: GATEHOUSE_TRUSTED_PROXIES with the proxies' addresses)");
        }
        if (settings.connections().protocols().h2c() && settings.tls().isPresent()) {
            reader.refuse(
                    "GATEHOUSE_H2C: on, but the port speaks TLS (expected: off; over TLS clients find HTTP/2 by themselves)");
        }
        reader.requireNoProblems();
        return settings;
    }
}
