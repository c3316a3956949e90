package dev.gatehouse.gateway.authentication;

import java.time.Instant;

/// Ends sessions without Redis.
public final class TestRevocations {

    private TestRevocations() {}

    public static void revoke(Revocations revocations, String session) {
        revocations.revoke(session, Instant.now().plusSeconds(600));
    }
}
