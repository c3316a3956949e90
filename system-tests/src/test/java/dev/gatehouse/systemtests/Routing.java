package dev.gatehouse.systemtests;

import java.time.Duration;

/// What tests wait for when routes change.
final class Routing {

    /// Two seconds are promised; the rest is for a busy machine.
    static final Duration PATIENCE = Duration.ofSeconds(6);

    private Routing() {}
}
