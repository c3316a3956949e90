package dev.gatehouse.gateway.settings;

import java.util.Optional;

/// A port that does nothing but send plain HTTP to https. Immutable.
///
/// @param port where it listens (`GATEHOUSE_REDIRECT_PORT`)
/// @param to the port of https as clients see it (`GATEHOUSE_REDIRECT_TO`)
public record RedirectSettings(int port, int to) {

    static Optional<RedirectSettings> read(SettingsReader reader) {
        if (reader.text("GATEHOUSE_REDIRECT_PORT", "").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RedirectSettings(reader.port("GATEHOUSE_REDIRECT_PORT", 0),
                reader.number("GATEHOUSE_REDIRECT_TO", 443, 1, 65_535)));
    }
}
