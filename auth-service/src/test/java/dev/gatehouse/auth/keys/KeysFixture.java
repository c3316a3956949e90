package dev.gatehouse.auth.keys;

import org.springframework.jdbc.core.simple.JdbcClient;

import dev.gatehouse.auth.sealing.Sealer;

/// What one instance knows of the keys, for tests of other packages.
public final class KeysFixture {

    private KeysFixture() {}

    public static SigningKeys instance(JdbcClient jdbc, Sealer sealer) {
        return new SigningKeys(new SigningKeyStore(jdbc), new KeyMaker(sealer));
    }
}
