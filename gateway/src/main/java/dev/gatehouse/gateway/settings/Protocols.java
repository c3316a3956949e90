package dev.gatehouse.gateway.settings;

/// What clients may speak beside HTTP/1.1. Immutable.
///
/// @param http2 whether HTTP/2 is offered to clients that speak TLS (`GATEHOUSE_HTTP2`)
/// @param h2c whether HTTP/2 is understood without TLS, from clients that know so beforehand (`GATEHOUSE_H2C`)
public record Protocols(boolean http2, boolean h2c) {

    static Protocols read(SettingsReader reader) {
        return new Protocols(reader.choice("GATEHOUSE_HTTP2", "on", "off").equals("on"),
                reader.choice("GATEHOUSE_H2C", "off", "on").equals("on"));
    }
}
