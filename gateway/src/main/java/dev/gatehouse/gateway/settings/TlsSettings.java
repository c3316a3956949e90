package dev.gatehouse.gateway.settings;

import java.nio.file.Path;
import java.util.Optional;

/// How the public port speaks TLS. Immutable.
///
/// @param certificate PEM file of the certificate and those that vouch for it, the gateway's own first (`GATEHOUSE_TLS_CERTIFICATE`)
/// @param key PEM file of its private key (`GATEHOUSE_TLS_KEY`)
/// @param clientCa PEM file of those who vouch for clients (`GATEHOUSE_TLS_CLIENT_CA`); empty: clients are not asked for certificates
public record TlsSettings(Path certificate, Path key, Optional<Path> clientCa) {

    static Optional<TlsSettings> read(SettingsReader reader) {
        Optional<Path> certificate = reader.optionalPath("GATEHOUSE_TLS_CERTIFICATE");
        Optional<Path> key = reader.optionalPath("GATEHOUSE_TLS_KEY");
        if (certificate.isPresent() != key.isPresent()) {
            reader.refuse("GATEHOUSE_TLS_CERTIFICATE, GATEHOUSE_TLS_KEY: one of them only (expected: both, or neither)");
        }
        Optional<Path> clients = reader.optionalPath("GATEHOUSE_TLS_CLIENT_CA");
        if (clients.isPresent() && certificate.isEmpty()) {
            reader.refuse(
                    "GATEHOUSE_TLS_CLIENT_CA: without TLS no client shows a certificate (expected: GATEHOUSE_TLS_CERTIFICATE)");
        }
        return certificate.flatMap(chain -> key.map(own -> new TlsSettings(chain, own, clients)));
    }
}
