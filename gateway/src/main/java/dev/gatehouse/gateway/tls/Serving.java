package dev.gatehouse.gateway.tls;

import java.util.Optional;

import dev.gatehouse.gateway.certificate.Authorities;

/// What one reading of the files comes to: whom the gateway is, and who vouches for clients. Immutable.
///
/// @param clients empty: no client is asked for a certificate
record Serving(Identity identity, Optional<Authorities> clients) {

    private static final String CLIENTS = "GATEHOUSE_TLS_CLIENT_CA";

    /// @throws UnusablePem when any of it cannot be used
    static Serving of(PemFiles files) throws UnusablePem {
        return new Serving(Identity.of(files), files.clients().isEmpty()
                ? Optional.empty()
                : Optional.of(authorities(files.clients())));
    }

    private static Authorities authorities(String pem) throws UnusablePem {
        try {
            return Authorities.of(Identity.certificates(CLIENTS, pem));
        } catch (IllegalArgumentException unusable) {
            throw new UnusablePem(CLIENTS + ": " + unusable.getMessage());
        }
    }
}
