package dev.gatehouse.auth.timing;

import java.util.random.RandomGenerator;

import org.springframework.test.util.ReflectionTestUtils;

import dev.gatehouse.auth.AuthServer;

/// What no setting does to a [FailureFloor].
public final class TestFloor {

    private static final RandomGenerator ALWAYS_ZERO = () -> 0;

    private TestFloor() {}

    /// All failures end at the same moment from now on.
    public static void stopSpreading(AuthServer server) {
        ReflectionTestUtils.setField(server.bean(FailureFloor.class), "random", ALWAYS_ZERO);
    }
}
