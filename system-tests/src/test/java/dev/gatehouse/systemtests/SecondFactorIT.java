package dev.gatehouse.systemtests;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.AuthenticatorApp;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Gateway;

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
        assertThat(answer("/auth/login/second-factor", first, "000000").verdict()).isEqualTo("403 code.wrong");
        Answer second = answer("/auth/login/second-factor", first, app.nextCode());

        assertThat(second.verdict()).as(second.toString()).isEqualTo("200");
        assertThat(client.get("/api/hello", second.text("access_token")).verdict()).isEqualTo("200");
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

    private AuthenticatorApp enrol(Account.Tokens tokens, Account account) {
        AuthenticatorApp app = new AuthenticatorApp(
                client.call("POST", "/auth/mfa/totp", tokens.access(), Map.of("password", account.password())).text("secret"));
        Answer confirmed = client.call("POST", "/auth/mfa/totp/confirm", tokens.access(), Map.of("code", app.code()));
        assertThat(confirmed.verdict()).as(confirmed.toString()).isEqualTo("200");
        return app;
    }

    private Answer answer(String path, Answer challenge, String code) {
        return client.post(path, Map.of("challenge", challenge.text("challenge"), "method", "totp", "code", code));
    }
}
