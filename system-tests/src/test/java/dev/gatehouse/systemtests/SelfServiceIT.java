package dev.gatehouse.systemtests;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Letters;

import static org.assertj.core.api.Assertions.assertThat;

/// What docs/frontend.md tells a frontend to do for its users, through the gateway, with the mails as a mail server got them.
class SelfServiceIT {

    private static final String SECOND_PASSWORD = "copper-Kettle-81-quartz";
    private static final String THIRD_PASSWORD = "maple-Tunnel-56-violin";

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final Client client = gatehouse.first().client();

    @Test
    void somebodyConfirmsTheirAddress() {
        Account account = Account.register(client);
        Account.Tokens tokens = account.signIn(client);
        assertThat(me(tokens, "email_verified")).isEqualTo("false");

        String code = letters(account).code("Confirm your address");
        assertThat(client.call("POST", "/auth/email/verify", tokens.access(), Map.of("code", code)).verdict()).isEqualTo("204");

        assertThat(me(tokens, "email_verified")).isEqualTo("true");
        assertThat(client.call("POST", "/auth/email/verify", tokens.access(), Map.of("code", code)).verdict())
                .isEqualTo("400 proof.invalid");
    }

    @Test
    void theLinkOpensAPageThatChangesNothingByItself() {
        Account account = register();
        Account.Tokens tokens = account.signIn(client);
        String link = letters(account).link("Confirm your address");

        Answer page = client.get(link);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(me(tokens, "email_verified")).isEqualTo("false");
        assertThat(client.post("/auth/email/verify", Map.of("token", tokenOf(link))).verdict()).isEqualTo("204");
        assertThat(me(tokens, "email_verified")).isEqualTo("true");
    }

    @Test
    void aForgottenPasswordIsReplacedByTheCodeOfAMail() {
        Account account = register();
        Account.Tokens before = account.signIn(client);

        Answer asked = client.post("/auth/password/forgot", Map.of("email", account.email()));
        assertThat(asked.verdict()).isEqualTo("202");
        String code = letters(account).code("Choose a new password");
        assertThat(client.post("/auth/password/reset",
                Map.of("request_id", asked.text("request_id"), "code", code, "password", SECOND_PASSWORD)).verdict())
                .isEqualTo("204");

        awaitRevoked(before);
        assertThat(client.post("/auth/login", account.credentials()).verdict()).isEqualTo("401 login.failed");
        assertThat(account.with(SECOND_PASSWORD).signIn(client).access()).isNotEmpty();
    }

    @Test
    void anotherPasswordEndsTheOtherSessions() {
        Account account = register();
        Account.Tokens here = account.signIn(client);
        Account.Tokens elsewhere = account.signIn(client);

        assertThat(client.call("POST", "/auth/password/change", here.access(),
                Map.of("current_password", "not-the-Right-1", "new_password", THIRD_PASSWORD)).verdict())
                .isEqualTo("403 password.wrong");
        assertThat(client.call("POST", "/auth/password/change", here.access(),
                Map.of("current_password", account.password(), "new_password", THIRD_PASSWORD)).verdict()).isEqualTo("204");

        awaitRevoked(elsewhere);
        assertThat(client.get("/api/hello", here.access()).verdict()).isEqualTo("200");
        assertThat(letters(account).await("was changed").text()).contains(account.username());
    }

    @Test
    void anotherAddressCountsOnceBothHaveConfirmed() {
        Account account = register();
        Account.Tokens tokens = account.signIn(client);
        confirmAddress(account, tokens);
        String other = "new-" + account.email();

        assertThat(client.call("POST", "/auth/email/change", tokens.access(),
                Map.of("email", other, "password", account.password())).verdict()).isEqualTo("202");
        String fromNew = new Letters(gatehouse.mails(), other).code("Confirm your new address");
        assertThat(client.call("POST", "/auth/email/change/confirm", tokens.access(), Map.of("code", fromNew)).text("status"))
                .isEqualTo("waiting_for_other_address");
        String fromOld = letters(account).code("wants to change");
        assertThat(client.call("POST", "/auth/email/change/confirm", tokens.access(), Map.of("code", fromOld)).text("status"))
                .isEqualTo("changed");

        assertThat(me(tokens, "email")).isEqualTo(other);
    }

    @Test
    void anotherNameSignsIn() {
        Account account = register();
        Account.Tokens tokens = account.signIn(client);
        String name = "n" + account.username().substring(1);

        assertThat(client.call("PATCH", "/auth/profile", tokens.access(), Map.of("username", name)).text("username"))
                .isEqualTo(name);

        assertThat(client.post("/auth/login", Map.of("username", name, "password", account.password())).verdict())
                .isEqualTo("200");
        assertThat(client.post("/auth/login", account.credentials()).verdict()).isEqualTo("401 login.failed");
    }

    @Test
    void somebodyTakesTheirDataAndGoesAndComesBack() {
        Account account = register();
        Account.Tokens tokens = account.signIn(client);

        assertThat(client.get("/auth/account/export", tokens.access()).body()).contains(account.email())
                .doesNotContain("argon2");
        assertThat(client.call("DELETE", "/auth/account", tokens.access(), Map.of("password", account.password())).text(
                "deletion_due_at")).isNotEmpty();
        awaitRevoked(tokens);
        String link = letters(account).link("will be deleted");
        assertThat(client.post("/auth/account/keep", Map.of("token", tokenOf(link))).verdict()).isEqualTo("204");

        assertThat(account.signIn(client).access()).isNotEmpty();
    }

    @Test
    void somebodySeesTheirDevicesAndEndsOne() {
        Account account = register();
        Account.Tokens here = account.signIn(client);
        Account.Tokens elsewhere = account.signIn(client);
        String other = client.get("/auth/verify-token", elsewhere.access()).text("sid");

        assertThat(client.get("/auth/sessions", here.access()).json().path("sessions")).hasSize(2);
        assertThat(client.call("DELETE", "/auth/sessions/" + other, here.access(), Map.of()).verdict()).isEqualTo("204");

        awaitRevoked(elsewhere);
        assertThat(client.get("/auth/sessions", here.access()).json().path("sessions")).hasSize(1);
    }

    @Test
    void aRegistrationWhoseAnswerGotLostIsRepeated() {
        String name = "r_" + UUID.randomUUID().toString().replace("-", "");
        Map<String, String> headers = Map.of("Content-Type", "application/json", "Idempotency-Key", UUID.randomUUID().toString());
        String body = """
                {"username":"%s","email":"%s@example.com","password":"%s"}""".formatted(name, name, SECOND_PASSWORD);

        Answer first = client.call("POST", "/auth/register", headers, body);
        Answer again = client.call("POST", "/auth/register", headers, body);

        assertThat(first.verdict()).isEqualTo("201");
        assertThat(again.verdict()).as(again.toString()).isEqualTo("201");
        assertThat(again.text("id")).isEqualTo(first.text("id"));
    }

    @Test
    void anotherMailComesForWhoeverAsks() {
        Account account = register();
        Account.Tokens tokens = account.signIn(client);
        String first = letters(account).code("Confirm your address");

        assertThat(client.post("/auth/email/resend", tokens.access()).verdict()).isEqualTo("202");
        assertThat(Deadline.in(Duration.ofSeconds(20))
                .await(() -> !letters(account).code("Confirm your address").equals(first))).isTrue();

        confirmAddress(account, tokens);
        assertThat(me(tokens, "email_verified")).isEqualTo("true");
    }

    @Test
    void thePageOfAMailTakesANewPassword() {
        Account account = register();
        client.post("/auth/password/forgot", Map.of("email", account.email()));
        String link = letters(account).link("Choose a new password");
        assertThat(client.get(link).body()).contains("name=\"password\"");

        Answer done = client.call("POST", "/auth/password/reset", Map.of("Content-Type", "application/x-www-form-urlencoded"),
                "token=" + tokenOf(link) + "&password=" + SECOND_PASSWORD);

        assertThat(done.status()).as(done.toString()).isEqualTo(200);
        assertThat(account.with(SECOND_PASSWORD).signIn(client).access()).isNotEmpty();
    }

    @Test
    void aProfileThatChangedMeanwhileIsNotOverwritten() {
        Account.Tokens tokens = register().signIn(client);
        Map<String, String> seen = Map.of("Content-Type", "application/json", "Authorization", "Bearer " + tokens.access(),
                "If-Match",
                client.get("/auth/me", tokens.access()).header("ETag"));
        String name = "e" + UUID.randomUUID().toString().replace("-", "");

        assertThat(client.call("PATCH", "/auth/profile", seen, "{\"username\":\"" + name + "\"}").verdict()).isEqualTo("200");
        assertThat(client.call("PATCH", "/auth/profile", seen, "{\"username\":\"" + name + "x\"}").verdict())
                .isEqualTo("412 request.precondition_failed");
        assertThat(me(tokens, "username")).isEqualTo(name);
    }

    @Test
    void whoSignsInAgainKeepsTheAccount() {
        Account account = register();
        client.call("DELETE", "/auth/account", account.signIn(client).access(), Map.of("password", account.password()));
        Account.Tokens back = account.signIn(client);

        assertThat(client.post("/auth/account/keep", back.access()).verdict()).isEqualTo("204");

        assertThat(client.post("/auth/account/keep", back.access()).verdict()).as("nothing to keep it from")
                .isEqualTo("400 proof.invalid");
    }

    @Test
    void somebodyNamesADeviceAndEndsAllOthersAndThenEveryOne() {
        Account account = register();
        Account.Tokens here = account.signIn(client);
        Account.Tokens elsewhere = account.signIn(client);
        String own = client.get("/auth/verify-token", here.access()).text("sid");

        assertThat(client.call("PATCH", "/auth/sessions/" + own, here.access(), Map.of("name", "Desk")).verdict())
                .isEqualTo("204");
        assertThat(client.get("/auth/sessions", here.access()).body()).contains("\"name\":\"Desk\"");
        assertThat(client.call("DELETE", "/auth/sessions", here.access(), Map.of()).verdict()).isEqualTo("204");
        awaitRevoked(elsewhere);
        assertThat(client.get("/auth/sessions", here.access()).json().path("sessions")).hasSize(1);

        Account.Tokens third = account.signIn(client);
        assertThat(client.post("/auth/logout-all", third.access()).verdict()).isEqualTo("204");
        awaitRevoked(here);
        awaitRevoked(third);
    }

    /// Past the gateway, which takes thirty registrations a minute from this machine and no more.
    private Account register() {
        return Account.register(gatehouse.authService());
    }

    private void confirmAddress(Account account, Account.Tokens tokens) {
        String code = letters(account).code("Confirm your address");
        assertThat(client.call("POST", "/auth/email/verify", tokens.access(), Map.of("code", code)).verdict()).isEqualTo("204");
    }

    private Letters letters(Account account) {
        return new Letters(gatehouse.mails(), account.email());
    }

    private String me(Account.Tokens tokens, String name) {
        return client.get("/auth/me", tokens.access()).json().path(name).asString();
    }

    private void awaitRevoked(Account.Tokens tokens) {
        assertThat(Deadline.in(Duration.ofSeconds(5))
                .await(() -> client.get("/api/hello", tokens.access()).verdict().equals("401 auth.revoked"))).isTrue();
    }

    private static String tokenOf(String link) {
        return link.substring(link.indexOf("token=") + "token=".length());
    }
}
