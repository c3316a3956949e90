package dev.gatehouse.auth;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.password.HashingThreads;
import dev.gatehouse.auth.throttle.TestThrottle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// What a password that could not be looked at, because too many are being hashed, takes from whoever gave it: nothing.
final class BusyIT {

    private static AuthServer server;

    @BeforeAll
    static void start() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_HASH_PERMITS", "1");
        environment.put("GATEHOUSE_HASH_QUEUE", "1");
        environment.put("GATEHOUSE_HASH_DEADLINE", "60s");
        server = AuthServer.start(environment);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void countsNoGuessesWithinASessionOrAtASignIn() throws Exception {
        SignedIn someone = server.someone();
        String session = "session:" + server.get("/auth/verify-token", someone.bearer()).text("sid");
        String account = new TestAdmins(server).subject(someone);
        CountDownLatch over = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> hashing = () -> server.bean(HashingThreads.class).call(_ -> awaited(over));
            try {
                Future<Boolean> running = threads.submit(hashing);
                await().until(() -> gauge("gatehouse.hashing.running") == 1 && gauge("gatehouse.hashing.waiting") == 0);
                Future<Boolean> waiting = threads.submit(hashing);
                await().until(() -> gauge("gatehouse.hashing.waiting") == 1);
                for (int i = 0; i < 5; i++) {
                    assertThat(List.of(server.post("/auth/step-up", "{\"password\":\"a guess\"}", someone.bearer()).problem(),
                            server.post("/auth/login", AuthServer.login(someone.name(), "a guess")).problem()))
                            .containsOnly("503 service.busy");
                }
                over.countDown();
                assertThat(List.of(running.get(), waiting.get())).containsOnly(true);
            } finally {
                over.countDown();
            }
        }

        assertThat(TestThrottle.failures(server, session)).as("within the session").isZero();
        assertThat(TestThrottle.failures(server, account)).as("at sign-ins").isZero();
        assertThat(server.post("/auth/step-up", AuthServer.json("password", AuthServer.PASSWORD), someone.bearer()).status())
                .isEqualTo(200);
    }

    private static boolean awaited(CountDownLatch over) {
        try {
            over.await();
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private static double gauge(String name) {
        return server.bean(MeterRegistry.class).get(name).gauges().stream()
                .mapToDouble(gauge -> gauge.value()).sum();
    }
}
