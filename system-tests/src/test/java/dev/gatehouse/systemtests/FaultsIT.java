package dev.gatehouse.systemtests;

import java.time.Duration;
import java.util.function.Supplier;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

/// A store dies and comes back.
@Tag("slow")
class FaultsIT {

    private static final Duration RECOVERY = Duration.ofSeconds(40);

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final Client client = gatehouse.first().client();

    @Test
    void withoutRedisRequestsPassAndRevocationsHold() {
        Account.Tokens gone = Account.signUp(client);
        Account.Tokens alice = Account.signUp(client);
        client.post("/auth/logout", gone.access());
        await(Duration.ofSeconds(2), "401 auth.revoked", () -> client.get("/api/hello", gone.access()));

        gatehouse.redis().kill();
        try {
            for (int i = 0; i < 10; i++) {
                assertThat(timed(() -> client.get("/api/hello", alice.access()), "200")).isLessThan(Duration.ofSeconds(2));
            }
            assertThat(client.get("/api/hello", gone.access()).verdict()).isEqualTo("401 auth.revoked");
            assertThat(client.post("/auth/logout", alice.access()).status()).isEqualTo(204);
        } finally {
            gatehouse.redis().restart();
        }

        await(RECOVERY, "401 auth.revoked", () -> client.get("/api/hello", alice.access()));
        assertThat(client.get("/api/hello", gone.access()).verdict()).isEqualTo("401 auth.revoked");
        Account.Tokens bob = Account.signUp(client);
        client.post("/auth/logout", bob.access());
        await(Duration.ofSeconds(5), "401 auth.revoked", () -> client.get("/api/hello", bob.access()));
    }

    @Test
    void withoutPostgresIssuedTokensWorkAndAuthFailsFast() {
        Account.Tokens alice = Account.signUp(client);

        gatehouse.postgres().kill();
        try {
            for (int i = 0; i < 3; i++) {
                Deadline soon = Deadline.in(Duration.ofSeconds(5));
                assertThat(client.post("/auth/login", alice.account().credentials()).status()).isEqualTo(503);
                assertThat(client.get("/auth/me", alice.access()).status()).isEqualTo(503);
                assertThat(soon.left()).isPositive();
            }
            assertThat(client.get("/api/hello", alice.access()).status()).isEqualTo(200);
        } finally {
            gatehouse.postgres().restart();
        }

        await(RECOVERY, "200", () -> client.get("/auth/me", alice.access()));
        await(RECOVERY, "200", () -> client.post("/auth/login", alice.account().credentials()));
    }

    private static Duration timed(Supplier<Answer> ask, String verdict) {
        long begun = System.nanoTime();
        assertThat(ask.get().verdict()).isEqualTo(verdict);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static void await(Duration patience, String verdict, Supplier<Answer> ask) {
        boolean came = Deadline.in(patience).await(() -> ask.get().verdict().equals(verdict));
        assertThat(came).as("%s within %s", verdict, patience).isTrue();
    }
}
