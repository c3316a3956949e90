package dev.gatehouse.systemtests;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Gateway;

import static org.assertj.core.api.Assertions.assertThat;

/// A limit of 20 requests per user. The window is an hour, so that nothing comes back while a slow machine counts.
class LimitsIT {

    private static final String LIMITED = """

              - id: limited
                match: { path: /limited/** }
                upstream: ${GATEHOUSE_BACKEND_URL}
                access: signed-in
                limits:
                  - { name: burst, per: user, requests: 20, every: 1h }
            """;

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final Client client = gatehouse.first().client();

    @BeforeAll
    static void addsTheLimitedRoute() {
        Gatehouse gatehouse = Gatehouse.shared();
        for (Gateway gateway : List.of(gatehouse.first(), gatehouse.second())) {
            gateway.rewriteRoutes(Gatehouse.shippedRoutes() + LIMITED);
        }
        for (Gateway gateway : List.of(gatehouse.first(), gatehouse.second())) {
            assertThat(Deadline.in(Routing.PATIENCE)
                    .await(() -> gateway.client().get("/limited/x").verdict().equals("401 auth.missing"))).isTrue();
        }
    }

    @Test
    void lets20Of100Through() {
        List<Answer> answers = atOnce(100, Account.signUp(client).access(), client);

        assertThat(count(answers, "200")).isEqualTo(20);
        assertThat(count(answers, "429 limit.exceeded")).isEqualTo(80);
    }

    @Test
    void saysWhatIsLeftAndWhenToComeBack() {
        Account.Tokens alice = Account.signUp(client);

        Answer passed = client.get("/limited/x", alice.access());
        atOnce(19, alice.access(), client);
        Answer refused = client.get("/limited/x", alice.access());

        assertThat(passed.header("RateLimit-Policy")).isEqualTo("\"burst\";q=20;w=3600");
        assertThat(passed.header("RateLimit")).matches("\"burst\";r=19;t=\\d+");
        assertThat(passed.header("Retry-After")).isEmpty();
        assertThat(refused.verdict()).isEqualTo("429 limit.exceeded");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"burst\";q=20;w=3600");
        assertThat(refused.header("RateLimit")).matches("\"burst\";r=0;t=\\d+");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 3600);
    }

    @Test
    void twoGatewaysCountTogether() {
        Client other = gatehouse.second().client();
        double alone = decidedAlone();

        List<Answer> answers = atOnce(100, Account.signUp(client).access(), client, other);

        assertThat(decidedAlone()).isEqualTo(alone);
        assertThat(count(answers, "200")).isEqualTo(20);
        assertThat(count(answers, "429 limit.exceeded")).isEqualTo(80);
    }

    @Test
    void oneUsersHasteIsNotAnothersProblem() {
        Account.Tokens alice = Account.signUp(client);
        Account.Tokens bob = Account.signUp(client);

        atOnce(40, alice.access(), client);

        assertThat(client.get("/limited/x", bob.access()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/auth/register, register, 30", "/auth/login, login, 60", "/auth/password/forgot, forgot, 30",
            "/auth/email/resend, email, 30", "/auth/email/change, email, 30", "/auth/email/change/confirm, email, 30",
            "/auth/refresh, refresh, 300", "/register, register, 30", "/login, login, 60", "/api/auth/login, login, 60"})
    void guessesAndMailsAreLimitedForWhoeverHasNoToken(String path, String policy, int requests) {
        Answer answer = client.post(path, Map.of());

        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"%s\";q=%d;w=60".formatted(policy, requests));
        assertThat(answer.header("RateLimit")).matches("\"%s\";r=\\d+;t=\\d+".formatted(policy));
    }

    private double decidedAlone() {
        return gatehouse.first().decidedAlone() + gatehouse.second().decidedAlone();
    }

    private static List<Answer> atOnce(int requests, String token, Client... clients) {
        List<CompletableFuture<Answer>> coming = IntStream.range(0, requests)
                .mapToObj(each -> clients[each % clients.length].getLater("/limited/x", token)).toList();
        return coming.stream().map(CompletableFuture::join).toList();
    }

    private static int count(List<Answer> answers, String verdict) {
        return (int) answers.stream().filter(answer -> answer.verdict().equals(verdict)).count();
    }
}
