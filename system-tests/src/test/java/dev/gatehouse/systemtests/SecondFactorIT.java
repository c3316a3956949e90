package dev.gatehouse.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.AuthenticatorApp;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Gateway;
import dev.gatehouse.systemtests.harness.Letters;

import static org.assertj.core.api.Assertions.assertThat;

/// Second factors through both jars: signing in with one, and a route that asks for one (RFC 9470).
class SecondFactorIT {

    private static final String SHIPPED = Gatehouse.shippedRoutes();
    private static final String MARK = "  # More specific than /api/**";
    private static final String ROUTE = "  - { id: vault, match: { path: /api/vault }, upstream: \"${GATEHOUSE_BACKEND_URL}\","
            + " access: { all: [ { acr: [\"urn:gatehouse:mfa\"] }, { max-age: 5s } ] } }\n";
    private static final String GUARDED = SHIPPED.replace(MARK, ROUTE + MARK);

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final Gateway gateway = gatehouse.second();
    private final Client client = gateway.client();

    @AfterEach
    void putTheRoutesBack() {
        gateway.rewriteRoutes(SHIPPED);
        assertThat(Deadline.in(Routing.PATIENCE).await(() -> gateway.health("routes").equals("UP"))).isTrue();
    }

    @Test
    void aSignInAsksForTheCodeOfTheApp() {
        Account account = register();
        AuthenticatorApp app = enrol(account.signIn(client), account);

        Answer first = client.post("/auth/login", account.credentials());
        assertThat(first.verdict()).isEqualTo("403 login.second_factor");
        assertThat(first.body()).doesNotContain("access_token");
        assertThat(answer(first, "totp", "000000").verdict()).isEqualTo("403 code.wrong");
        Answer second = answer(first, "totp", app.nextCode());

        assertThat(second.verdict()).as(second.toString()).isEqualTo("200");
        assertThat(client.get("/api/hello", second.text("access_token")).verdict()).isEqualTo("200");
    }

    @Test
    void recoveryCodesStandInForALostApp() {
        Account account = register();
        Account.Tokens tokens = account.signIn(client);
        AuthenticatorApp app = begin(tokens, account);
        List<String> codes = codes(client.call("POST", "/auth/mfa/totp/confirm", tokens.access(), Map.of("code", app.code())));
        assertThat(codes).hasSize(10);

        Answer in = answer(signIn(account), "recovery_code", codes.getFirst());
        assertThat(in.verdict()).as(in.toString()).isEqualTo("200");
        assertThat(client.get("/auth/mfa", in.text("access_token")).json().path("recovery_codes_left").asInt()).isEqualTo(9);
        List<String> renewed = codes(client.call("POST", "/auth/mfa/recovery-codes", in.text("access_token"),
                Map.of("password", account.password(), "method", "recovery_code", "code", codes.get(1))));
        assertThat(answer(signIn(account), "recovery_code", codes.get(2)).verdict()).isEqualTo("403 code.wrong");

        assertThat(client.call("DELETE", "/auth/mfa/totp", in.text("access_token"),
                Map.of("password", account.password(), "method", "recovery_code", "code", renewed.getFirst())).verdict())
                .isEqualTo("204");
        assertThat(account.signIn(client).access()).as("the password alone").isNotEmpty();
    }

    @Test
    void aSignInAsksForTheCodeOfAMailWhereItsOwnerWantsThat() {
        Account account = register();
        withCodesOfMails(account);

        Answer asked = signIn(account);
        assertThat(asked.json().path("methods").toString()).isEqualTo("[\"email\"]");
        Answer in = answer(asked, "email", letters(account).code("Your code"));

        assertThat(in.verdict()).as(in.toString()).isEqualTo("200");
        assertThat(client.get("/api/hello", in.text("access_token")).verdict()).isEqualTo("200");
    }

    @Test
    void codesOfMailsAreTakenAwayWithOneOfThem() {
        Account account = register();
        Account.Tokens tokens = withCodesOfMails(account);

        assertThat(client.post("/auth/mfa/email/code", tokens.access()).verdict()).isEqualTo("202");
        assertThat(client.call("DELETE", "/auth/mfa/email", tokens.access(),
                Map.of("password", account.password(), "method", "email", "code", letters(account).code("Your code"))).verdict())
                .isEqualTo("204");

        assertThat(account.signIn(client).access()).isNotEmpty();
    }

    @Test
    void aRouteAsksForASecondFactorAndAfterAWhileForAnotherOne() {
        assertThat(GUARDED).isNotEqualTo(SHIPPED);
        gateway.rewriteRoutes(GUARDED);
        Account account = register();
        Account.Tokens tokens = account.signIn(client);
        await("401 auth.step_up", tokens.access());
        Answer asked = client.get("/api/vault", tokens.access());
        assertThat(asked.header("WWW-Authenticate")).contains("error=\"insufficient_user_authentication\"",
                "acr_values=\"urn:gatehouse:mfa\"");

        AuthenticatorApp app = enrol(tokens, account);
        String raised = tokens.renew(client).access();
        await("401 auth.step_up", raised);
        assertThat(client.get("/api/vault", raised).header("WWW-Authenticate")).contains("max_age=\"5\"");

        Answer challenge = client.call("POST", "/auth/step-up", raised, Map.of("password", account.password()));
        assertThat(challenge.verdict()).isEqualTo("403 login.second_factor");
        Answer stepped = client.call("POST", "/auth/step-up/second-factor", raised,
                Map.of("challenge", challenge.text("challenge"), "method", "totp", "code", app.nextCode()));
        assertThat(stepped.verdict()).as(stepped.toString()).isEqualTo("200");
        assertThat(client.get("/api/vault", stepped.text("access_token")).verdict()).isEqualTo("200");
    }

    private void await(String verdict, String token) {
        assertThat(Deadline.in(Duration.ofSeconds(30)).await(() -> client.get("/api/vault", token).verdict().equals(verdict)))
                .as(verdict).isTrue();
    }

    /// Past the gateway, which takes thirty registrations a minute from this machine and no more.
    private Account register() {
        return Account.register(gatehouse.authService());
    }

    private Account.Tokens withCodesOfMails(Account account) {
        Account.Tokens tokens = account.signIn(client);
        verify(tokens, account);
        assertThat(client.call("POST", "/auth/mfa/email", tokens.access(), Map.of("password", account.password())).verdict())
                .isEqualTo("204");
        return tokens;
    }

    private void verify(Account.Tokens tokens, Account account) {
        String code = letters(account).code("Confirm your address");
        assertThat(client.call("POST", "/auth/email/verify", tokens.access(), Map.of("code", code)).verdict()).isEqualTo("204");
    }

    private Letters letters(Account account) {
        return new Letters(gatehouse.mails(), account.email());
    }

    private Answer signIn(Account account) {
        Answer asked = client.post("/auth/login", account.credentials());
        assertThat(asked.verdict()).isEqualTo("403 login.second_factor");
        return asked;
    }

    private Answer answer(Answer challenge, String method, String code) {
        return client.post("/auth/login/second-factor",
                Map.of("challenge", challenge.text("challenge"), "method", method, "code", code));
    }

    private static List<String> codes(Answer answer) {
        assertThat(answer.verdict()).as(answer.toString()).isEqualTo("200");
        return answer.json().path("recovery_codes").valueStream().map(JsonNode::asString).toList();
    }

    private AuthenticatorApp begin(Account.Tokens tokens, Account account) {
        verify(tokens, account);
        return new AuthenticatorApp(
                client.call("POST", "/auth/mfa/totp", tokens.access(), Map.of("password", account.password())).text("secret"));
    }

    private AuthenticatorApp enrol(Account.Tokens tokens, Account account) {
        AuthenticatorApp app = begin(tokens, account);
        Answer confirmed = client.call("POST", "/auth/mfa/totp/confirm", tokens.access(), Map.of("code", app.code()));
        assertThat(confirmed.verdict()).as(confirmed.toString()).isEqualTo("200");
        return app;
    }
}
