package dev.gatehouse.auth.sealing;

import java.security.SecureRandom;

import dev.gatehouse.auth.settings.Secret;

/// Sealers for tests of other packages.
public final class TestSealer {

    private TestSealer() {}

    public static Sealer any() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new Sealer(Secret.of(key), new SecureRandom());
    }
}
