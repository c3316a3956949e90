package dev.gatehouse.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

/// Sessions as clients of the gateway live them.
class SessionsIT {

    private static final Duration SELDOM = Duration.ofMillis(250); // all tests together may refresh 300 times a minute

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final Client client = gatehouse.first().client();

    @Test
    void fiftyRefreshesAtOnceGetOneNewToken() {
        Account.Tokens alice = Account.signUp(client);

        List<CompletableFuture<Answer>> coming = IntStream.range(0, 50)
                .mapToObj(each -> client.postLater("/auth/refresh", Map.of("refresh_token", alice.refresh()))).toList();
        List<Answer> answers = coming.stream().map(CompletableFuture::join).toList();

        assertThat(answers).allMatch(answer -> answer.status() == 200, "answers 200");
        assertThat(answers.stream().map(answer -> answer.text("refresh_token")).distinct()).hasSize(1)
                .doesNotContain(alice.refresh());
    }

    @Test
    void oldRefreshTokenEndsTheSessionEverywhere() {
        Account.Tokens old = Account.signUp(client);
        Account.Tokens current = old.renew(client);
        assertThat(client.get("/api/hello", current.access()).status()).isEqualTo(200);

        boolean ended = Deadline.in(Duration.ofSeconds(Gatehouse.REFRESH_GRACE_SECONDS + 5)).await(
                () -> client.post("/auth/refresh", Map.of("refresh_token", old.refresh())).verdict().equals("401 auth.revoked"),
                SELDOM);
        assertThat(ended).as("401 auth.revoked once the grace is over").isTrue();

        awaitWithin(Duration.ofSeconds(1), "401 auth.revoked", () -> client.get("/api/hello", current.access()));
        assertThat(client.post("/auth/refresh", Map.of("refresh_token", current.refresh())).verdict())
                .isEqualTo("401 auth.revoked");
    }

    @Test
    void logoutIsKnownToBothGatewaysWithinASecond() {
        Account.Tokens alice = Account.signUp(client);
        Client sibling = gatehouse.second().client();
        assertThat(client.get("/api/hello", alice.access()).status()).isEqualTo(200);
        assertThat(sibling.get("/api/hello", alice.access()).status()).isEqualTo(200);

        assertThat(client.post("/auth/logout", alice.access()).status()).isEqualTo(204);

        Deadline second = Deadline.in(Duration.ofSeconds(1));
        awaitWithin(second.left(), "401 auth.revoked", () -> sibling.get("/api/hello", alice.access()));
        awaitWithin(second.left(), "401 auth.revoked", () -> client.get("/api/hello", alice.access()));
    }

    private static void awaitWithin(Duration patience, String verdict, Supplier<Answer> ask) {
        boolean came = Deadline.in(patience).await(() -> ask.get().verdict().equals(verdict));
        assertThat(came).as("%s within %s", verdict, patience).isTrue();
    }
}
