package dev.gatehouse.auth.database;

import dev.gatehouse.auth.AuthServer;

/// A minute passes.
public final class TestHousekeeping {

    private TestHousekeeping() {}

    public static void run(AuthServer server) {
        server.bean(Housekeeping.class).run();
    }
}
