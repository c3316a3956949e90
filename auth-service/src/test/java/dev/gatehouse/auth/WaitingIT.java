package dev.gatehouse.auth;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.throttle.Subject;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.TestThrottle;
import dev.gatehouse.auth.throttle.Throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// What those cost who wait for their turn to guess, and what counts as one account.
final class WaitingIT {

    private static final int WAITING = 12; // more than there are connections to the database

    @Test
    @Tag("slow")
    void holdsNeitherAConnectionNorAHashingThread() throws Exception {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_HASH_PERMITS", "1");
        try (AuthServer server = AuthServer.start(environment);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String owner = server.someone().name();
            List<Callable<Integer>> first = IntStream.range(0, WAITING).<Callable<Integer>>mapToObj(i -> () -> {
                TestThrottle.pretendFailures(server, subject(server, i), 6);
                return guess(server, i);
            }).toList();
            assertThat(threads.invokeAll(first)).as("has the next wait for eight seconds").extracting(Future::resultNow)
                    .containsOnly(401);
            List<Future<Integer>> waiting = IntStream.range(0, WAITING).mapToObj(i -> threads.submit(() -> guess(server, i)))
                    .toList();
            await().atMost(Duration.ofSeconds(30)).until(() -> IntStream.range(0, WAITING)
                    .allMatch(i -> server.bean(Throttle.class).standing(new Subject(subject(server, i), List.of()))
                            .passwords() == 8));

            assertThat(server.login(owner)).as("somebody else signs in").isNotNull();
            await().atMost(Duration.ofSeconds(2)).until(() -> gauge(server, "hikaricp.connections.active") == 0
                    && gauge(server, "gatehouse.hashing.running") + gauge(server, "gatehouse.hashing.waiting") == 0);
            assertThat(waiting).as("all of them still wait").noneMatch(Future::isDone);
        }
    }

    @Test
    void countsNameAndAddressOfAnAccountTogether() {
        AuthServer server = AuthServer.shared();
        SignedIn someone = server.someone();
        var id = new TestAdmins(server).id(someone);

        for (String login : List.of(someone.name(), someone.name() + "@example.com",
                someone.name().toUpperCase(java.util.Locale.ROOT))) {
            assertThat(server.post("/auth/login", AuthServer.login(login, "not the password")).status()).isEqualTo(401);
        }

        assertThat(server.bean(Throttle.class).standing(server.bean(Subjects.class).of(id, List.of())).passwords())
                .isEqualTo(3);
    }

    @Test
    void doesNotTellWhichAddressBelongsToAName() {
        AuthServer server = AuthServer.shared();
        SignedIn someone = server.someone();
        TestThrottle.crowd(server, someone.name());

        assertThat(List.of(someone.name(), someone.name() + "@example.com", someone.name() + "@example.org"))
                .map(login -> wrong(server, login, "203.0.113.77")).containsExactly(429, 401, 401);
    }

    @Test
    void doesNotTellWhichAddressBelongsToANameByHowManyMayBeTriedFromOnePlace() {
        AuthServer server = AuthServer.shared();
        SignedIn someone = server.someone();

        assertThat(List.of("@example.com", "@example.org")).map(domain -> {
            String from = domain.endsWith("com") ? "203.0.114.1" : "203.0.115.1";
            TestThrottle.pretendFailuresFrom(server, from, 49);
            return List.of(wrong(server, someone.name(), from), wrong(server, someone.name() + domain, from));
        }).containsOnly(List.of(401, 429));
    }

    private static int wrong(AuthServer server, String login, String from) {
        return server.post("/auth/login", AuthServer.login(login, "not the password"), "X-Forwarded-For", from).status();
    }

    private static int guess(AuthServer server, int i) {
        return server
                .post("/auth/login", AuthServer.login("nobody_" + i, "not the password"), "X-Forwarded-For", "198.51." + i + ".1")
                .status();
    }

    private static String subject(AuthServer server, int i) {
        return server.bean(Subjects.class).typed("nobody_" + i);
    }

    private static double gauge(AuthServer server, String name) {
        return server.bean(MeterRegistry.class).get(name).gauges().stream().mapToDouble(gauge -> gauge.value()).sum();
    }
}
