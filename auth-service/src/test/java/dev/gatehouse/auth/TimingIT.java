package dev.gatehouse.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.TestThrottle;
import dev.gatehouse.auth.timing.TestFloor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Whether the time of an answer tells who has an account. The strict profile, because there an account can be locked for good.
final class TimingIT {

    private static final int SHORT_MILLIS = 80;
    private static final int LONG_MILLIS = 200; // well above what a hash takes, even beside other tests
    // What the random part hides from some 5,500 attempts of each kind: its standard deviation is 4.1 ms, and a difference is seen at 1 % where it is more than
    // 2.58 times that by the root of 2/n.
    private static final double MOST_APART_MILLIS = 0.2;

    @Test
    void locksWithoutSayingSo() {
        try (AuthServer server = server(SHORT_MILLIS)) {
            String name = server.someone().name();
            for (int i = 0; i < 6; i++) {
                refused(attempt(server, name, "198.51.100.1").get());
            }

            refused(server.post("/auth/login", AuthServer.login(name, AuthServer.PASSWORD)));
            assertThat(new Mailbox(server).to(name + "@example.com")).extracting(Mailbox.Letter::kind)
                    .containsOnlyOnce("LOCKED");
        }
    }

    @Tag("slow")
    @Test
    void takesItsTimeWhoeverHasAnAccount() {
        try (AuthServer server = server(LONG_MILLIS)) {
            for (Question question : Question.values()) {
                assertThat(measure(server, question, 2)).allSatisfy((kind, nanos) -> assertThat(
                        Arrays.stream(nanos).min().orElseThrow()).as(question + " " + kind)
                        .isGreaterThanOrEqualTo(question.least.toNanos()));
            }
        }
    }

    /// Takes some ten minutes each, and half an hour for `SIGN_IN`, where the rounds ahead of those that count teach what an imported account
    /// costs: `-Dtiming`, or `-Dtiming=SIGN_IN,RESET` for some. Two statistics, each at 1 %: whether the times of two kinds have different
    /// distributions (Kolmogorov and Smirnov), and whether one kind tends to be slower than the others within a round (Friedman), which is not
    /// disturbed by what else the machine does for longer than a round.
    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "timing", matches = ".*")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void cannotTellKindsApart(Question question) {
        List<String> wanted = List.of(System.getProperty("timing", "").split(","));
        assumeTrue(wanted.equals(List.of("true")) || wanted.contains(question.name()), "not asked for");
        try (AuthServer server = server(SHORT_MILLIS)) {
            measure(server, question, 100);
            Map<String, long[]> nanos = measure(server, question, 2000);

            tell(question.toString(), nanos);
            double friedman = friedman(List.copyOf(nanos.values()));
            double critical = nanos.size() == 5 ? 13.28 : 6.63; // chi squared with one degree of freedom less than there are kinds
            System.out.printf("within rounds: Friedman %.2f (%.2f would be a difference at 1 %%)%n", friedman, critical);
            double bar = nanos.size() == 5 ? 0.0617 : 0.0515; // at 1 % for all ten pairs, or for the one
            Map<String, Double> distances = distances(nanos);
            distances.forEach((pair, distance) -> System.out.printf(
                    "%s: Kolmogorov-Smirnov distance %.4f (%.4f would be a difference at 1 %%)%n", pair, distance, bar));
            assertThat(distances).allSatisfy((_, distance) -> assertThat(distance).isLessThan(bar));
            assertThat(friedman).as("within rounds").isLessThan(critical);

            if (question != Question.BLOCKED) { // which has no random part
                TestFloor.stopSpreading(server);
                assertNearlyAlike(question, measure(server, question, 400));
            }
        }
    }

    private static Map<String, Double> distances(Map<String, long[]> nanos) {
        Map<String, Double> distances = new LinkedHashMap<>();
        List<String> kinds = List.copyOf(nanos.keySet());
        for (int i = 0; i < kinds.size(); i++) {
            for (String other : kinds.subList(i + 1, kinds.size())) {
                distances.put(kinds.get(i) + " and " + other, kolmogorovSmirnov(nanos.get(kinds.get(i)), nanos.get(other)));
            }
        }
        return distances;
    }

    /// Without the random part, which would hide a great deal from 2,000 samples, though not from an attacker who has more.
    private static void assertNearlyAlike(Question question, Map<String, long[]> nanos) {
        tell(question + " without its random part", nanos);
        double[] medians = nanos.values().stream().mapToDouble(times -> at(times, 50)).sorted().toArray();
        assertThat(medians[medians.length - 1] - medians[0]).as("milliseconds between the medians").isLessThan(MOST_APART_MILLIS);
    }

    private static void tell(String what, Map<String, long[]> nanos) {
        System.out.println(what);
        nanos.forEach((kind, times) -> System.out.printf("%-10s median %.3f ms, mean %.3f ms, p95 %.3f ms%n", kind, at(times, 50),
                Arrays.stream(times).average().orElseThrow() / 1e6, at(times, 95)));
    }

    /// In rounds, so that what else the machine does hits all alike, and in any order within a round, so that what one attempt leaves behind for the next does.
    private static Map<String, long[]> measure(AuthServer server, Question question, int samples) {
        Map<String, IntFunction<Supplier<Answer>>> kinds = new People(server, samples).kinds(question);
        Map<String, long[]> nanos = new LinkedHashMap<>();
        kinds.keySet().forEach(kind -> nanos.put(kind, new long[samples]));
        List<String> order = new ArrayList<>(kinds.keySet());
        for (int i = 0; i < samples; i++) {
            Collections.shuffle(order);
            for (String kind : order) {
                Supplier<Answer> call = kinds.get(kind).apply(i);
                long start = System.nanoTime();
                Answer answer = call.get();
                nanos.get(kind)[i] = System.nanoTime() - start;
                assertThat(answer.status()).as(answer.toString()).isEqualTo(question.status);
            }
        }
        return nanos;
    }

    private static Supplier<Answer> attempt(AuthServer server, String name, String from) {
        return attempt(server, name, "wrong password", from);
    }

    private static Supplier<Answer> attempt(AuthServer server, String name, String password, String from) {
        return () -> server.post("/auth/login", AuthServer.login(name, password), "X-Forwarded-For", from);
    }

    private static void refused(Answer answer) {
        assertThat(answer.problem()).isEqualTo("401 login.failed");
    }

    /// Chi squared of the ranks of the kinds over all rounds.
    private static double friedman(List<long[]> kinds) {
        int rounds = kinds.getFirst().length;
        int many = kinds.size();
        double[] ranks = new double[many];
        for (int round = 0; round < rounds; round++) {
            for (int kind = 0; kind < many; kind++) {
                for (long[] other : kinds) {
                    int compared = Long.compare(kinds.get(kind)[round], other[round]);
                    ranks[kind] += compared > 0 ? 1 : compared == 0 ? 0.5 : 0;
                }
            }
        }
        double squares = Arrays.stream(ranks).map(sum -> (sum + rounds / 2.0) * (sum + rounds / 2.0)).sum();
        return 12 / (rounds * (double) many * (many + 1)) * squares - 3 * rounds * (many + 1.0);
    }

    private static AuthServer server(int floorMillis) {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_LOCKOUT", "strict");
        environment.put("GATEHOUSE_LOGIN_FLOOR", floorMillis + "ms");
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

    /// Whose answer must not tell by its time, the status that all have, and the time that each takes.
    enum Question {
        SIGN_IN(401, LONG_MILLIS),
        BLOCKED(429, 20),
        REGISTRATION(201, LONG_MILLIS),
        RESET(202, LONG_MILLIS),
        EMAIL_CHANGE(202, LONG_MILLIS),
        CODE_OF_CHANGE(400, LONG_MILLIS),
        CODE_OF_OLD_ADDRESS(200, LONG_MILLIS);

        private final int status;
        private final Duration least; // where the floor is at LONG_MILLIS

        Question(int status, int least) {
            this.status = status;
            this.least = Duration.ofMillis(least);
        }
    }

    /// A quarter as many accounts of a kind as samples, each used four times.
    private record People(AuthServer server, String run, int samples) {

        // So many that a failure need not take as long as the first sign-in, for which everything had to be loaded.
        private static final int SIGN_INS = 40;

        /// Several times as costly as our own and above the floor, and nobody has used its password since it was imported.
        private static final String COSTLIER = "pbkdf2:sha256:300000$saltsaltsaltsalt$" + "ab".repeat(32);

        People(AuthServer server, int samples) {
            this(server, Long.toString(System.nanoTime(), 36), samples);
            String hash = server.bean(PasswordHasher.class).hash(Password.chosen(AuthServer.PASSWORD));
            add("u", hash, "null");
            add("b", hash, "now()");
            add("i", COSTLIER, "null");
        }

        private void add(String prefix, String hash, String lockedAt) {
            server.database().sql("""
                    INSERT INTO account (id, username, username_key, email, email_key, password_hash, email_verified, locked_at)
                    SELECT gen_random_uuid(), name, name, name || '@example.com', name || '@example.com', :hash, true, %s
                    FROM (SELECT :prefix || :run || '_' || i AS name FROM generate_series(0, :count) AS i)""".formatted(lockedAt))
                    .param("hash", hash).param("prefix", prefix).param("run", run).param("count", samples / 4 + 1).update();
        }

        Map<String, IntFunction<Supplier<Answer>>> kinds(Question question) {
            return switch (question) {
                case SIGN_IN -> signingIn();
                case BLOCKED -> signingInFromWhereTooManyFailed();
                case REGISTRATION -> registering();
                case RESET -> forgetting();
                case EMAIL_CHANGE -> changing(this::change);
                case CODE_OF_CHANGE -> changing(this::guess);
                case CODE_OF_OLD_ADDRESS -> changing(this::proveOld);
            };
        }

        private Map<String, IntFunction<Supplier<Answer>>> signingIn() {
            for (int i = 0; i < 5; i++) {
                refused(attempt(server, known(-4), "198.51.100.1").get());
            }
            return Map.of("unknown", i -> attempt(server, "n" + run + "_" + i / 4, from(i)), "wrong",
                    i -> attempt(server, known(i), from(i)), "locked", i -> attempt(server, known(-4), from(i)), "barred",
                    i -> attempt(server, "b" + number(i), AuthServer.PASSWORD, from(i)), "imported",
                    i -> attempt(server, "i" + number(i), from(i)));
        }

        private Map<String, IntFunction<Supplier<Answer>>> signingInFromWhereTooManyFailed() {
            String from = "203.0.113.1";
            TestThrottle.pretendFailuresFrom(server, from, 50);
            return Map.of("unknown", i -> attempt(server, "n" + number(i), from), "known", i -> attempt(server, known(i), from));
        }

        private Map<String, IntFunction<Supplier<Answer>>> registering() {
            return Map.of("free", i -> register("f", i, "f" + run + i), "known", i -> register("k", i, known(i)));
        }

        private Map<String, IntFunction<Supplier<Answer>>> forgetting() {
            return Map.of("unknown", i -> forget("n" + run + i), "known", i -> forget(known(i)));
        }

        /// By one account, which signs in again now and then: tokens live for five minutes.
        private Map<String, IntFunction<Supplier<Answer>>> changing(Changing way) {
            Map<Integer, String[]> bearers = new HashMap<>();
            String id = server.get("/auth/me", server.login(known(-4)).bearer()).text("id");
            IntFunction<String[]> bearer = i -> bearers.computeIfAbsent(i / 250, _ -> server.login(known(-4)).bearer());
            IntStream.range(0, SIGN_INS).forEach(_ -> server.login(known(-4)));
            return Map.of("free", i -> way.of(id, bearer.apply(i), "f" + run + i), "known",
                    i -> way.of(id, bearer.apply(i), known(i)));
        }

        private Supplier<Answer> register(String prefix, int i, String address) {
            String json = AuthServer.registration(prefix + run + "_" + i, address + "@example.com");
            return () -> server.post("/auth/register", json);
        }

        private Supplier<Answer> forget(String address) {
            return () -> server.post("/auth/password/forgot", "{\"email\":\"" + address + "@example.com\"}");
        }

        /// The account's own limit is forgotten before each.
        private Supplier<Answer> change(String id, String[] bearer, String address) {
            server.bean(Quotas.class).forgetMails("change:" + id);
            String json = """
                    {"email":"%s@example.com","password":"%s"}""".formatted(address, AuthServer.PASSWORD);
            return () -> server.post("/auth/email/change", json, bearer);
        }

        /// A wrong code for a change that has just been asked for.
        private Supplier<Answer> guess(String id, String[] bearer, String address) {
            assertThat(change(id, bearer, address).get().status()).isEqualTo(202);
            return () -> server.post("/auth/email/change/confirm", "{\"code\":\"00000000\"}", bearer);
        }

        /// The right code of the address in use.
        private Supplier<Answer> proveOld(String id, String[] bearer, String address) {
            server.database().sql("DELETE FROM mail_outbox").update();
            assertThat(change(id, bearer, address).get().status()).isEqualTo(202);
            String code = new Mailbox(server).last(known(-4) + "@example.com", "CHANGE_EMAIL_OLD").code();
            return () -> server.post("/auth/email/change/confirm", AuthServer.json("code", code), bearer);
        }

        private String known(int i) {
            return "u" + number(i);
        }

        private String number(int i) {
            return run + "_" + (1 + i / 4);
        }

        private static String from(int i) {
            return "10." + i % 250 + "." + i / 250 + ".1";
        }

        private interface Changing {

            Supplier<Answer> of(String id, String[] bearer, String address);
        }
    }
}
