package dev.gatehouse.auth;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.role.Administrators;

import static dev.gatehouse.auth.AuthServer.address;
import static dev.gatehouse.auth.AuthServer.json;
import static org.assertj.core.api.Assertions.assertThat;

/// What somebody with a stolen password or session has begun comes to nothing once the owner has acted. Both requests wait for the
/// account at the same moment, the owner's first.
final class LateRequestsIT {

    private static final String NEW_PASSWORD = "Purple-otter-42";
    private static final AuthServer SERVER = AuthServer.start(patient());
    private static final Mailbox MAILBOX = new Mailbox(SERVER);

    /// Requests wait for each other as long as a test needs to bring them together; two seconds are not enough on a machine that does other things.
    private static Map<String, String> patient() {
        Map<String, String> environment = AuthServer.environment();
        environment.computeIfPresent("DATABASE_URL", (_, url) -> url + (url.contains("?") ? '&' : '?') + "socketTimeout=30");
        return environment;
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

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

    @ParameterizedTest
    @ValueSource(strings = {"reset", "change", "factor"})
    void nobodySignsInWhoGaveThePasswordBefore(String what) throws Exception {
        SignedIn owner = SERVER.someone();

        List<Answer> answers = inTurn(owner, switch (what) {
            case "reset" -> reset(owner);
            case "change" -> changePassword(owner);
            default -> addApp(owner);
        }, () -> SERVER.post("/auth/login", AuthServer.login(owner.name(), AuthServer.PASSWORD)));

        assertThat(answers.getFirst().status()).isBetween(200, 204);
        assertThat(answers.getLast().problem()).isEqualTo("401 login.failed");
        assertThat(answers.getLast().header("Set-Cookie")).isEmpty();
        int afterwards = what.equals("reset") ? 401 : 200;
        assertThat(SERVER.get("/auth/me", owner.bearer()).status()).as("the owner's session").isEqualTo(afterwards);
        assertThat(SERVER.post("/auth/refresh", AuthServer.refresh(owner.refreshToken())).status()).isEqualTo(afterwards);
    }

    @Test
    void nobodyAnswersAChallengeForAPasswordThatIsAnotherMeanwhile() throws Exception {
        SignedIn owner = SERVER.someone();
        String secret = beginApp(owner);
        assertThat(SERVER.post("/auth/mfa/totp/confirm", json("code", TestApp.code(secret, 0)), owner.bearer()).status())
                .isEqualTo(200);

        Answer asked = inTurn(owner, reset(owner),
                () -> SERVER.post("/auth/login", AuthServer.login(owner.name(), AuthServer.PASSWORD))).getLast();

        assertThat(asked.problem()).isEqualTo("403 login.second_factor");
        assertThat(SERVER.post("/auth/login/second-factor",
                json("challenge", asked.text("challenge"), "method", "totp", "code", TestApp.code(secret, 1))).problem())
                .isEqualTo("401 login.expired");
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "factor"})
    void nobodyChangesHowTheOwnerSignsInAfterAReset(String what) throws Exception {
        SignedIn thief = SERVER.someone();
        Callable<Answer> change = what.equals("password") ? changePassword(thief) : addApp(thief);

        List<Answer> answers = inTurn(thief, reset(thief), change);

        assertThat(answers.getFirst().status()).isEqualTo(204);
        assertThat(answers.getLast().problem()).isEqualTo("401 auth.revoked");
        assertThat(SERVER.post("/auth/login", AuthServer.login(thief.name(), NEW_PASSWORD)).status()).isEqualTo(200);
    }

    @Test
    void nobodyDeletesTheAccountAfterAReset() throws Exception {
        SignedIn thief = SERVER.someone();

        List<Answer> answers = inTurn(thief, reset(thief), () -> SERVER.send("DELETE", "/auth/account",
                json("password", AuthServer.PASSWORD), thief.bearer()));

        assertThat(answers.getFirst().status()).isEqualTo(204);
        assertThat(answers.getLast().problem()).isEqualTo("401 auth.revoked");
        assertThat(MAILBOX.to(address(thief))).extracting(Mailbox.Letter::kind).doesNotContain("DELETION_REQUESTED");
    }

    @Test
    void nobodyRenamesTheAccountAfterAReset() throws Exception {
        SignedIn thief = SERVER.someone();

        List<Answer> answers = inTurn(thief, reset(thief),
                send(thief, "PATCH", "/auth/profile", json("username", "evil_" + thief.name())));

        assertThat(answers.getFirst().status()).isEqualTo(204);
        assertThat(answers.getLast().problem()).isEqualTo("401 auth.revoked");
        assertThat(SERVER.post("/auth/login", AuthServer.login(thief.name(), NEW_PASSWORD)).status()).isEqualTo(200);
    }

    @Test
    void nobodyMakesRecoveryCodesAfterAReset() throws Exception {
        SignedIn thief = SERVER.someone();
        String secret = beginApp(thief);
        SERVER.post("/auth/mfa/totp/confirm", json("code", TestApp.code(secret, 0)), thief.bearer());

        List<Answer> answers = inTurn(thief, reset(thief), send(thief, "POST", "/auth/mfa/recovery-codes",
                json("password", AuthServer.PASSWORD, "method", "totp", "code", TestApp.code(secret, 1))));

        assertThat(answers.getFirst().status()).isEqualTo(204);
        assertThat(answers.getLast().problem()).isEqualTo("401 auth.revoked");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST | /auth/admin/roles        | {"name":"late","scopes":["auth:users:read"]}
            PUT  | /auth/admin/roles/user   | {"scopes":["auth:users:read"]}
            POST | /auth/admin/keys/rotate  | {"reason":"compromised"}
            PUT  | /auth/admin/users/ID/roles | {"roles":["user","admin"]}""")
    void nobodyAdministersAfterAReset(String method, String path, String body) throws Exception {
        TestAdmins people = new TestAdmins(SERVER);
        SignedIn thief = people.signedInWith("{user,admin}");
        String other = people.id(SERVER.someone()).toString();

        List<Answer> answers = inTurn(thief, reset(thief), send(thief, method, path.replace("ID", other), body));

        assertThat(answers.getFirst().status()).isEqualTo(204);
        assertThat(answers.getLast().problem()).isEqualTo("401 auth.revoked");
        assertThat(people.storyOf(thief).getFirst()).startsWith("admin.refused");
    }

    @Test
    void nobodyGivesARoleThatHoldsWhatTheirsHasLostMeanwhile() throws Exception {
        TestAdmins people = new TestAdmins(SERVER);
        String role = "keeper" + System.nanoTime();
        SERVER.database().sql("INSERT INTO role (name, description, scopes) VALUES (?, '', '{auth:roles:write,auth:keys:write}')")
                .param(role).update();
        SignedIn keeper = people.signedInWith("{user," + role + "}");
        SignedIn other = SERVER.someone();
        Callable<Answer> giving = send(keeper, "PUT", "/auth/admin/users/" + people.id(other) + "/roles",
                "{\"roles\":[\"user\",\"" + role + "-twin\"]}");
        SERVER.database()
                .sql("INSERT INTO role (name, description, scopes) SELECT name || '-twin', '', scopes FROM role WHERE name = ?")
                .param(role).update();

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> given = Objects.requireNonNull(SERVER.bean(TransactionTemplate.class).execute(_ -> {
                SERVER.bean(Administrators.class).oneAtATime();
                Future<Answer> begun = threads.submit(giving);
                Waiting.until(SERVER, 1);
                SERVER.database().sql("UPDATE role SET scopes = '{auth:roles:write}' WHERE name = ?").param(role).update();
                return begun;
            }));

            assertThat(given.get().problem()).isEqualTo("403 access.denied");
        }
        assertThat(people.storyOf(other)).noneMatch(story -> story.startsWith("admin.role_granted"));
    }

    /// The first has used its own link before it comes to the other one, which the second is about to use.
    @Test
    void ofTwoLinksOfOnePurposeOneCounts() throws Exception {
        SignedIn someone = SERVER.someone();
        Proofs.Issued first = resetMail(someone);
        Proofs.Issued second = resetMail(someone);

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> begun = new ArrayList<>();
            holding(second, () -> {
                holding(first, () -> {
                    begun.add(threads.submit(reset(first.forMail().token())));
                    Waiting.forAnybody(SERVER, 1);
                    begun.add(threads.submit(reset(second.forMail().token())));
                    Waiting.forAnybody(SERVER, 2);
                });
                Waiting.until(SERVER, 2);
            });

            assertThat(List.of(begun.getFirst().get().status(), begun.getLast().get().status()))
                    .containsExactlyInAnyOrder(204, 400);
        }
    }

    private static Proofs.Issued resetMail(SignedIn someone) {
        return Objects.requireNonNull(SERVER.bean(TransactionTemplate.class).execute(_ -> SERVER.bean(Proofs.class)
                .issue(Purpose.RESET_PASSWORD, new TestAdmins(SERVER).id(someone), address(someone))));
    }

    /// Keeps a proof from being used meanwhile.
    private static void holding(Proofs.Issued proof, Runnable meanwhile) {
        var transaction = new TransactionTemplate(
                Objects.requireNonNull(SERVER.bean(TransactionTemplate.class).getTransactionManager()));
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transaction.executeWithoutResult(_ -> {
            SERVER.database().sql("SELECT id FROM proof WHERE id = ? FOR UPDATE").param(proof.id()).query(java.util.UUID.class)
                    .single();
            meanwhile.run();
        });
    }

    private static Callable<Answer> send(SignedIn someone, String method, String path, String body) {
        return () -> SERVER.send(SERVER.request(path, someone.bearer()).header("Content-Type", "application/json")
                .header("If-Match", "*").method(method, BodyPublishers.ofString(body)));
    }

    private static Callable<Answer> changePassword(SignedIn someone) {
        return () -> SERVER.post("/auth/password/change",
                json("current_password", AuthServer.PASSWORD, "new_password", "Quiet-badger-17"), someone.bearer());
    }

    private static Callable<Answer> addApp(SignedIn someone) {
        String code = TestApp.code(beginApp(someone), 0);
        return () -> SERVER.post("/auth/mfa/totp/confirm", json("code", code), someone.bearer());
    }

    private static String beginApp(SignedIn someone) {
        MAILBOX.verify(someone);
        return SERVER.post("/auth/mfa/totp", json("password", AuthServer.PASSWORD), someone.bearer()).text("secret");
    }

    private static Callable<Answer> reset(SignedIn someone) {
        SERVER.post("/auth/password/forgot", json("email", address(someone)));
        return reset(MAILBOX.last(address(someone), "RESET_PASSWORD").token());
    }

    private static Callable<Answer> reset(String token) {
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
            Waiting.until(SERVER, begun.size());
        }
        return begun;
    }
}
