package dev.gatehouse.gateway.authentication;

import java.security.Provider;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.jose.SignatureProvider;

/// The fastest cryptography of this machine, for whoever signs or verifies.
public final class FastestProvider {

    private FastestProvider() {}

    /// The provider to use; empty: the JDK's own. Takes some milliseconds.
    public static Optional<Provider> find() {
        return SignatureProvider.fastest();
    }
}
