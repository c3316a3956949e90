package dev.gatehouse.auth;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.Mailbox.Letter;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static org.assertj.core.api.Assertions.assertThat;

/// What administrators change of other people's accounts.
final class AdminChangesIT {

    private static final AuthServer SERVER = AuthServer.shared();
    private static final TestAdmins PEOPLE = new TestAdmins(SERVER);
    private static final Mailbox MAILBOX = new Mailbox(SERVER);

    private static SignedIn admin;

    @BeforeAll
    static void makeAdmin() {
        admin = PEOPLE.signedInWith("{user,admin}");
    }

    @Test
    void locksSomebodyOutUntilUnlocked() {
        SignedIn someone = SERVER.someone();

        Answer locked = post(someone, "lock");

        assertThat(locked.status()).isEqualTo(200);
        assertThat(locked.json().path("locked").asBoolean()).isTrue();
        assertThat(SERVER.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(SERVER.post("/auth/refresh", AuthServer.refresh(someone.refreshToken())).problem())
                .isEqualTo("401 auth.revoked");
        assertThat(signIn(someone, AuthServer.PASSWORD).problem()).isEqualTo("401 login.failed");
        assertThat(post(someone, "unlock").json().path("locked").asBoolean()).isFalse();
        assertThat(signIn(someone, AuthServer.PASSWORD).status()).isEqualTo(200);
        assertThat(PEOPLE.storyOf(someone)).contains("admin.user_locked " + PEOPLE.id(admin),
                "admin.user_unlocked " + PEOPLE.id(admin));
    }

    @Test
    void answersTheLockedLikeAWrongPassword() {
        SignedIn someone = SERVER.someone();
        Answer wrong = signIn(someone, "not the password");
        post(someone, "lock");

        Answer right = signIn(someone, AuthServer.PASSWORD);

        assertThat(withoutIds(right)).isEqualTo(withoutIds(wrong));
        assertThat(right.header("Set-Cookie")).isEmpty();
    }

    @Test
    void opensNoSessionForWhoeverWasLockedWhileSigningIn() {
        SignedIn someone = SERVER.someone();
        var account = SERVER.bean(dev.gatehouse.auth.account.Accounts.class).find(PEOPLE.id(someone)).orElseThrow().account();
        post(someone, "lock");
        post(someone, "unlock");

        org.assertj.core.api.Assertions
                .assertThatThrownBy(() -> SERVER.bean(dev.gatehouse.auth.session.Sessions.class).open(account,
                        new dev.gatehouse.auth.session.Device("late", "127.0.0.1"), UUID.randomUUID(),
                        dev.gatehouse.auth.session.Session.Assurance.PASSWORD))
                .hasMessage("login.failed");
    }

    @Test
    void vouchesForAnAddress() {
        SignedIn someone = SERVER.someone();

        assertThat(post(someone, "verify-email").json().path("email_verified").asBoolean()).isTrue();
    }

    @Test
    void makesSomebodyChooseANewPassword() {
        SignedIn someone = SERVER.someone();

        assertThat(post(someone, "password-reset").status()).isEqualTo(200);

        assertThat(SERVER.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(signIn(someone, AuthServer.PASSWORD).problem()).isEqualTo("401 login.failed");
        Letter letter = MAILBOX.last(someone.name() + "@example.com", "PASSWORD_DISABLED");
        assertThat(letter.code()).as("nobody asked, so nobody could type it").isEmpty();
        assertThat(SERVER.post("/auth/password/reset", """
                {"token":"%s","password":"Purple-otter-42"}""".formatted(letter.token())).status()).isEqualTo(204);
        assertThat(signIn(someone, "Purple-otter-42").status()).isEqualTo(200);
    }

    @Test
    void mailsOwnersWhatAnAdministratorDidWithoutWhereFrom() {
        SignedIn someone = PEOPLE.changed(SERVER.someone(), "email_verified = true, email_codes = true");
        String user = "/auth/admin/users/" + PEOPLE.id(someone);
        String[] there = {"Authorization", admin.bearer()[1], "User-Agent", "Firefox/140.0 Linux", "X-Forwarded-For",
                "192.0.2.77"};

        assertThat(SERVER.delete(user + "/mfa", there).status()).isEqualTo(200);
        assertThat(SERVER.postEmpty(user + "/password-reset", there).status()).isEqualTo(200);

        List<Letter> letters = MAILBOX.to(someone.name() + "@example.com");
        assertThat(letters).extracting(Letter::kind).containsExactly("VERIFY_EMAIL", "MFA_REMOVED", "PASSWORD_DISABLED");
        assertThat(letters.subList(1, 3)).allSatisfy(letter -> {
            assertThat(letter.address()).isEmpty();
            assertThat(letter.device()).isEqualTo("an administrator");
        });
        assertThat(letters.getFirst().address()).as("of what the owner did").isEqualTo("127.0.0.1");
    }

    @Test
    void makesStrangersOfAllDevicesWithTheFactors() {
        SignedIn someone = PEOPLE.changed(SERVER.someone(), "email_verified = true, email_codes = true");
        int before = epoch(someone);

        assertThat(SERVER.delete("/auth/admin/users/" + PEOPLE.id(someone) + "/mfa", admin.bearer()).status()).isEqualTo(200);

        assertThat(epoch(someone)).isEqualTo(before + 1);
    }

    private static int epoch(SignedIn someone) {
        return SERVER.database().sql("SELECT session_epoch FROM account WHERE username = ?").param(someone.name())
                .query(Integer.class).single();
    }

    @Test
    void tellsNobodyWhereAdministratorsAre() {
        SignedIn someone = SERVER.someone();
        String[] there = {"Authorization", admin.bearer()[1], "User-Agent", "admins-program", "X-Forwarded-For", "192.0.2.77"};
        String user = "/auth/admin/users/" + PEOPLE.id(someone);
        assertThat(SERVER.get(user, there).status()).isEqualTo(200);
        assertThat(SERVER.postEmpty(user + "/lock", there).status()).isEqualTo(200);
        assertThat(SERVER.postEmpty(user + "/unlock", there).status()).isEqualTo(200);

        Answer export = SERVER.get("/auth/account/export", SERVER.login(someone.name()).bearer());

        assertThat(export.response().body()).contains("admin.users_read", "admin.user_locked", "session.revoked")
                .doesNotContain("admins-program", "192.0.2.77");
        assertThat(export.json().path("events")).as("the owner's own")
                .filteredOn(event -> event.path("type").asString().equals("user.registered"))
                .allSatisfy(event -> assertThat(event.path("address").asString()).isEqualTo("127.0.0.1")).hasSize(1);
    }

    @Test
    void endsOneSessionOrAll() {
        SignedIn first = SERVER.someone();
        SignedIn second = SERVER.login(first.name());
        SignedIn third = SERVER.login(first.name());
        String path = "/auth/admin/users/" + PEOPLE.id(first) + "/sessions";
        var sessions = SERVER.get(path, admin.bearer()).json().path("sessions");

        assertThat(sessions).hasSize(3);
        assertThat(SERVER.delete(path + "/" + sessions.path(0).path("id").asString(), admin.bearer()).status()).isEqualTo(204);
        assertThat(SERVER.get("/auth/me", third.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(SERVER.get("/auth/me", second.bearer()).status()).isEqualTo(200);
        assertThat(SERVER.delete(path, admin.bearer()).status()).isEqualTo(204);
        assertThat(SERVER.get("/auth/me", second.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(SERVER.get("/auth/me", first.bearer()).problem()).isEqualTo("401 auth.revoked");
    }

    @Test
    void endsNoSessionOfSomebodyElseUnderAUsersId() {
        SignedIn someone = SERVER.someone();
        SignedIn other = SERVER.someone();
        String session = SERVER.get("/auth/sessions", other.bearer()).json().path("sessions").path(0).path("id").asString();

        Answer answer = SERVER.delete("/auth/admin/users/" + PEOPLE.id(someone) + "/sessions/" + session, admin.bearer());

        assertThat(answer.problem()).isEqualTo("404 session.none");
        assertThat(SERVER.get("/auth/me", other.bearer()).status()).isEqualTo(200);
    }

    @Test
    void putsAGivenRoleIntoTheNextTokenAndTakesOneAtOnce() {
        SignedIn someone = SERVER.someone();

        assertThat(setRoles(someone, "user", "admin").status()).isEqualTo(200);
        assertThat(SERVER.get("/auth/me", someone.bearer()).status()).as("the session goes on").isEqualTo(200);
        Answer refreshed = SERVER.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
        assertThat(refreshed.json().path("user").path("is_admin").asBoolean()).isTrue();

        assertThat(setRoles(someone, "user").status()).isEqualTo(200);
        assertThat(SERVER.get("/auth/admin/users", "Authorization", "Bearer " + refreshed.text("access_token")).problem())
                .isEqualTo("401 auth.revoked");
        assertThat(SERVER.post("/auth/refresh", AuthServer.refresh(refreshed.text("refresh_token"))).problem())
                .isEqualTo("401 auth.revoked");
        assertThat(PEOPLE.storyOf(someone)).contains("admin.role_granted " + PEOPLE.id(admin),
                "admin.role_revoked " + PEOPLE.id(admin));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            {"roles":["user","invented"]};       400 request.malformed
            {"roles":["Admin"]};                 400 request.malformed
            {"roles":["user",7]};                400 request.malformed
            {"roles":"admin"};                   400 request.malformed
            {"roles":null};                      400 request.malformed
            {"roles":[["admin"]]};               400 request.malformed
            {"roles":["a","b","c","d","e","f","g","h","i","j","k"]}; 400 request.malformed
            {"roles":["user"],"roles":["admin"]};400 request.malformed
            {"roles":["user"],"locked":"true"};  400 request.malformed
            {"roles":["user"];                   400 request.malformed
            {};                                  400 request.malformed""")
    void refusesRolesThatAreNone(String body, String expected) {
        SignedIn someone = SERVER.someone();

        assertThat(put(someone, "*", body).problem()).isEqualTo(expected);
        assertThat(SERVER.get("/auth/me", someone.bearer()).json().path("roles")).hasSize(1);
    }

    @Test
    void changesNoVersionThatNobodySaw() {
        SignedIn someone = SERVER.someone();
        String seen = show(someone).header("ETag");
        post(someone, "verify-email");

        assertThat(put(someone, seen, "{\"roles\":[\"user\",\"admin\"]}").problem()).isEqualTo("412 request.precondition_failed");
        assertThat(put(someone, "W/" + show(someone).header("ETag"), "{\"roles\":[\"user\"]}").problem())
                .as("weak tags never match").isEqualTo("412 request.precondition_failed");
        assertThat(put(someone, null, "{\"roles\":[\"user\"]}").problem()).isEqualTo("428 request.precondition_required");
        assertThat(put(someone, "\"other\", " + show(someone).header("ETag"), "{\"roles\":[\"user\"]}").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "unlock", "verify-email", "password-reset"})
    void knowsNobodyUnderForeignIds(String action) {
        assertThat(SERVER.postEmpty("/auth/admin/users/" + UUID.randomUUID() + "/" + action, admin.bearer()).problem())
                .isEqualTo("404 user.none");
    }

    @Test
    void asksForARecentSignInBeforeWhatAStolenSessionMustNotDo() {
        SignedIn someone = SERVER.someone();
        SignedIn old = PEOPLE.signedInWith("{user,admin}");
        SERVER.database().sql("UPDATE session SET auth_time = now() - interval '16 minutes' WHERE account_id = ?")
                .param(PEOPLE.id(old)).update();

        Answer refused = SERVER.postEmpty("/auth/admin/users/" + PEOPLE.id(someone) + "/lock", old.bearer());

        assertThat(refused.problem()).isEqualTo("401 auth.step_up");
        assertThat(refused.header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"gatehouse\", error=\"insufficient_user_authentication\", max_age=\"900\"");
        assertThat(SERVER.get("/auth/admin/users", old.bearer()).status()).as("reading needs none").isEqualTo(200);

        String fresh = SERVER.post("/auth/step-up", AuthServer.json("password", AuthServer.PASSWORD), old.bearer())
                .text("access_token");
        assertThat(SERVER.postEmpty("/auth/admin/users/" + PEOPLE.id(someone) + "/lock", "Authorization", "Bearer " + fresh)
                .status()).as("after a step-up").isBetween(200, 204);
    }

    @Test
    void letsNobodyAdministerMoreThanTheyAre() {
        SERVER.database()
                .sql("INSERT INTO role (name, scopes) VALUES ('support', '{auth:users:read,auth:users:write,auth:roles:write}')"
                        + " ON CONFLICT DO NOTHING")
                .update();
        SignedIn support = PEOPLE.signedInWith("{user,support}");
        SignedIn someone = SERVER.someone();
        String path = "/auth/admin/users/" + PEOPLE.id(admin);

        assertThat(SERVER.postEmpty(path + "/lock", support.bearer()).problem()).isEqualTo("403 access.denied");
        assertThat(SERVER.postEmpty(path + "/password-reset", support.bearer()).problem()).isEqualTo("403 access.denied");
        assertThat(SERVER.delete(path + "/sessions", support.bearer()).problem()).isEqualTo("403 access.denied");
        assertThat(setRoles(support, support, "user", "support", "admin").problem()).as("themselves")
                .isEqualTo("403 access.denied");
        assertThat(setRoles(support, someone, "user", "admin").problem()).as("an accomplice").isEqualTo("403 access.denied");
        assertThat(setRoles(support, someone, "user", "support").status()).isEqualTo(200);
    }

    private static Object withoutIds(Answer answer) {
        return List.of(answer.status(), answer.header("WWW-Authenticate"),
                answer.response().body().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "id"));
    }

    private static Answer signIn(SignedIn someone, String password) {
        return SERVER.post("/auth/login", AuthServer.login(someone.name(), password));
    }

    private static Answer show(SignedIn someone) {
        return SERVER.get("/auth/admin/users/" + PEOPLE.id(someone), admin.bearer());
    }

    private static Answer post(SignedIn someone, String action) {
        return SERVER.postEmpty("/auth/admin/users/" + PEOPLE.id(someone) + "/" + action, admin.bearer());
    }

    private static Answer setRoles(SignedIn someone, String... roles) {
        return setRoles(admin, someone, roles);
    }

    private static Answer setRoles(SignedIn by, SignedIn someone, String... roles) {
        String tag = show(someone).header("ETag");
        return put(by, someone, tag, "{\"roles\":[\"" + String.join("\",\"", roles) + "\"]}");
    }

    private static Answer put(SignedIn someone, @org.jspecify.annotations.Nullable String tag, String body) {
        return put(admin, someone, tag, body);
    }

    private static Answer put(SignedIn by, SignedIn someone, @org.jspecify.annotations.Nullable String tag, String body) {
        var request = SERVER.request("/auth/admin/users/" + PEOPLE.id(someone) + "/roles", by.bearer())
                .header("Content-Type", "application/json").PUT(ofString(body));
        return SERVER.send(tag == null ? request : request.header("If-Match", tag));
    }
}
