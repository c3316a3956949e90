package dev.gatehouse.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

/// What somebody with a stolen password or session has begun comes to nothing once the owner has acted. Both requests wait for the
/// account at the same moment, the owner's first.
final class LateRequestsIT {

    private static final String NEW_PASSWORD = "Purple-otter-42";
    private static final AuthServer SERVER = AuthServer.shared();
    private static final Mailbox MAILBOX = new Mailbox(SERVER);

    @Test
    void nobodyAsksForAnotherAddressAfterAReset() throws Exception {
        SignedIn thief = SERVER.someone();
        String foreign = "evil." + address(thief);

        List<Answer> answers = inTurn(thief, reset(thief), () -> SERVER.post("/auth/email/change",
                json("email", foreign, "password", AuthServer.PASSWORD), thief.bearer()));

        assertThat(answers.getFirst().status()).isEqualTo(204);
        assertThat(answers.getLast().problem()).isEqualTo("401 auth.revoked");
        assertThat(MAILBOX.to(foreign)).isEmpty();
    }

    @Test
    void nobodyResetsThePasswordOfAnAccountWhoseAddressIsAnotherMeanwhile() throws Exception {
        SignedIn someone = SERVER.someone();
        String wanted = "new." + address(someone);
        SERVER.post("/auth/email/change", json("email", wanted, "password", AuthServer.PASSWORD), someone.bearer());
        String token = MAILBOX.last(wanted, "CHANGE_EMAIL_NEW").token();

        List<Answer> answers = inTurn(someone, () -> SERVER.post("/auth/email/change/confirm", json("token", token)),
                reset(someone));

        assertThat(answers.getFirst().text("status")).isEqualTo("changed");
        assertThat(answers.getLast().problem()).isEqualTo("400 proof.invalid");
        assertThat(SERVER.login(someone.name()).accessToken()).isNotEmpty();
    }

    private static Callable<Answer> reset(SignedIn someone) {
        SERVER.post("/auth/password/forgot", json("email", address(someone)));
        String token = MAILBOX.last(address(someone), "RESET_PASSWORD").token();
        return () -> SERVER.post("/auth/password/reset", json("token", token, "password", NEW_PASSWORD));
    }

    /// {@return what came of two requests that wait for the same account, the second having begun when the first could not go on}
    private static List<Answer> inTurn(SignedIn someone, Callable<Answer> first, Callable<Answer> second) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> begun = Objects.requireNonNull(
                    SERVER.bean(TransactionTemplate.class).execute(_ -> beginAll(someone, List.of(first, second), threads)));
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> each : begun) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    private static List<Future<Answer>> beginAll(SignedIn someone, List<Callable<Answer>> requests, ExecutorService threads) {
        SERVER.database().sql("SELECT id FROM account WHERE username_key = ? FOR UPDATE").param(someone.name())
                .query(java.util.UUID.class).single();
        List<Future<Answer>> begun = new ArrayList<>();
        for (Callable<Answer> request : requests) {
            begun.add(threads.submit(request));
            Awaitility.await().atMost(Duration.ofSeconds(20)).pollInSameThread().pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(waiting()).isEqualTo(begun.size()));
        }
        return begun;
    }

    /// {@return how many connections wait for the one of this transaction, or for one that does}
    private static int waiting() {
        return SERVER.database().sql("""
                WITH RECURSIVE waiting AS (
                	SELECT pg_backend_pid() AS pid
                	UNION SELECT pg_locks.pid FROM waiting, pg_locks
                	WHERE NOT granted AND waiting.pid = ANY (pg_blocking_pids(pg_locks.pid)))
                SELECT count(*) - 1 FROM waiting""").query(Integer.class).single();
    }

    private static String address(SignedIn someone) {
        return someone.name() + "@example.com";
    }

    private static String json(String... namesAndValues) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.append(i == 0 ? "" : ",").append('"').append(namesAndValues[i]).append("\":\"").append(namesAndValues[i + 1])
                    .append('"');
        }
        return json.append('}').toString();
    }
}
