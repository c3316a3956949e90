package dev.gatehouse.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;

import static org.assertj.core.api.Assertions.assertThat;

/// Whether the time of a failure tells what failed. The strict profile, because there an account can be locked for good.
final class TimingIT {

    private static final int FLOOR_MILLIS = 60;

    @Test
    void locksWithoutSayingSoAndMakesEveryFailureTakeItsTime() {
        try (AuthServer server = server()) {
            locksWithoutSayingSo(server);
            Map<String, long[]> nanos = measure(server, 5);

            assertThat(nanos.values()).allSatisfy(times -> assertThat(Arrays.stream(times).min().orElseThrow())
                    .isGreaterThanOrEqualTo(Duration.ofMillis(FLOOR_MILLIS).toNanos()));
        }
    }

    private static void locksWithoutSayingSo(AuthServer server) {
        String name = server.someone().name();
        for (int i = 0; i < 6; i++) {
            attempt(server, name, "198.51.100.1");
        }
        assertThat(server.post("/auth/login", AuthServer.login(name, AuthServer.PASSWORD)).problem())
                .isEqualTo("401 login.failed");
        assertThat(new Mailbox(server).to(name + "@example.com")).extracting(Mailbox.Letter::kind).containsOnlyOnce("LOCKED");
    }

    /// Takes some ten minutes: `-Dtiming`. Two statistics, each at 1 %: whether the times of two kinds have different distributions (Kolmogorov and
    /// Smirnov), and whether one kind tends to be the slower of the three within a round (Friedman), which is not disturbed by what else the machine
    /// does for longer than a round.
    @Test
    @EnabledIfSystemProperty(named = "timing", matches = ".*")
    void cannotTellUnknownUserWrongPasswordAndLockedAccountApart() {
        try (AuthServer server = server()) {
            measure(server, 100);
            Map<String, long[]> nanos = measure(server, 2000);

            nanos.forEach(
                    (kind, times) -> System.out.printf("%-8s median %.3f ms, mean %.3f ms, p95 %.3f ms%n", kind, at(times, 50),
                            Arrays.stream(times).average().orElseThrow() / 1e6, at(times, 95)));
            double friedman = friedman(List.copyOf(nanos.values()));
            System.out.printf("within rounds: Friedman %.2f (9.21 would be a difference at 1 %%)%n", friedman);
            for (String[] pair : new String[][]{{"unknown", "wrong"}, {"unknown", "locked"}, {"wrong", "locked"}}) {
                double distance = kolmogorovSmirnov(nanos.get(pair[0]), nanos.get(pair[1]));
                System.out.printf("%s and %s: Kolmogorov-Smirnov distance %.4f (0.0515 would be a difference at 1 %%)%n", pair[0],
                        pair[1], distance);
                assertThat(distance).as(pair[0] + " and " + pair[1]).isLessThan(0.0515);
            }
            assertThat(friedman).as("within rounds").isLessThan(9.21);
        }
    }

    /// In rounds, so that what else the machine does hits all alike, and in any order within a round, so that what one attempt leaves behind for the next does.
    private static Map<String, long[]> measure(AuthServer server, int samples) {
        String run = Long.toString(System.nanoTime(), 36);
        accounts(server, run, samples / 4 + 1);
        for (int i = 0; i < 5; i++) {
            attempt(server, "u" + run + "_0", "198.51.100.1");
        }
        Map<String, IntFunction<String>> kinds = new LinkedHashMap<>();
        kinds.put("unknown", i -> "n" + run + "_" + i / 4);
        kinds.put("wrong", i -> "u" + run + "_" + (1 + i / 4));
        kinds.put("locked", _ -> "u" + run + "_0");
        Map<String, long[]> nanos = new LinkedHashMap<>();
        kinds.keySet().forEach(kind -> nanos.put(kind, new long[samples]));
        List<String> order = new ArrayList<>(kinds.keySet());
        for (int i = 0; i < samples; i++) {
            Collections.shuffle(order);
            for (String kind : order) {
                nanos.get(kind)[i] = attempt(server, kinds.get(kind).apply(i), "10." + i % 250 + "." + i / 250 + ".1");
            }
        }
        return nanos;
    }

    private static long attempt(AuthServer server, String name, String from) {
        long start = System.nanoTime();
        var answer = server.post("/auth/login", AuthServer.login(name, "wrong password"), "X-Forwarded-For", from);
        long took = System.nanoTime() - start;
        assertThat(answer.problem()).isEqualTo("401 login.failed");
        return took;
    }

    /// Chi squared of the ranks of three kinds over all rounds.
    private static double friedman(List<long[]> kinds) {
        int rounds = kinds.getFirst().length;
        double[] ranks = new double[kinds.size()];
        for (int round = 0; round < rounds; round++) {
            for (int kind = 0; kind < ranks.length; kind++) {
                for (long[] other : kinds) {
                    int compared = Long.compare(kinds.get(kind)[round], other[round]);
                    ranks[kind] += compared > 0 ? 1 : compared == 0 ? 0.5 : 0;
                }
            }
        }
        double squares = Arrays.stream(ranks).map(sum -> (sum + rounds / 2.0) * (sum + rounds / 2.0)).sum();
        return 12 / (rounds * 3.0 * 4) * squares - 3 * rounds * 4.0;
    }

    private static void accounts(AuthServer server, String run, int count) {
        String hash = server.bean(PasswordHasher.class).hash(Password.chosen(AuthServer.PASSWORD));
        server.database().sql("""
                INSERT INTO account (id, username, username_key, email, email_key, password_hash)
                SELECT gen_random_uuid(), name, name, name || '@example.com', name || '@example.com', :hash
                FROM (SELECT 'u' || :run || '_' || i AS name FROM generate_series(0, :count) AS i)""").param("hash", hash)
                .param("run", run).param("count", count).update();
    }

    private static AuthServer server() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_LOCKOUT", "strict");
        environment.put("GATEHOUSE_LOGIN_FLOOR", FLOOR_MILLIS + "ms");
        return AuthServer.start(environment);
    }

    private static double at(long[] nanos, int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length * percent / 100] / 1e6;
    }

    /// The largest distance between the two distributions.
    private static double kolmogorovSmirnov(long[] one, long[] other) {
        long[] a = one.clone();
        long[] b = other.clone();
        Arrays.sort(a);
        Arrays.sort(b);
        double largest = 0;
        for (int i = 0, j = 0; i < a.length && j < b.length;) {
            long at = Math.min(a[i], b[j]);
            while (i < a.length && a[i] == at) {
                i++;
            }
            while (j < b.length && b[j] == at) {
                j++;
            }
            largest = Math.max(largest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        return largest;
    }
}
