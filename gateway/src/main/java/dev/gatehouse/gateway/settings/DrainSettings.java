package dev.gatehouse.gateway.settings;

import java.time.Duration;

/// How a gateway stops. Immutable.
///
/// @param grace how long it goes on accepting after it has said that it is not ready, so that load balancers notice (`GATEHOUSE_DRAIN_GRACE`)
/// @param limit how long what is under way then has to finish (`GATEHOUSE_DRAIN_LIMIT`)
public record DrainSettings(Duration grace, Duration limit) {

    static DrainSettings read(SettingsReader reader) {
        return new DrainSettings(
                reader.moment("GATEHOUSE_DRAIN_GRACE", Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(10)),
                reader.duration("GATEHOUSE_DRAIN_LIMIT", Duration.ofSeconds(25)));
    }
}
