package dev.gatehouse.auth;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Roles and their scopes, and what administrators read of the audit log.
final class AdminRolesIT {

    private static final AuthServer SERVER = AuthServer.shared();
    private static final TestAdmins PEOPLE = new TestAdmins(SERVER);
    private static final AtomicInteger ROLES = new AtomicInteger();

    private static SignedIn admin;

    @BeforeAll
    static void makeAdmin() {
        admin = PEOPLE.signedInWith("{user,admin}");
    }

    @Test
    void putsTheScopesOfAllRolesIntoTheToken() {
        String role = fresh("orders:read", "profile");
        SignedIn someone = PEOPLE.signedInWith("{user," + role + "}");

        JsonNode claims = JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(someone.accessToken().split("\\.", -1)[1]));

        assertThat(claims.path("scope").asString().split(" ", -1)).containsExactlyInAnyOrder("email", "orders:read", "profile");
        assertThat(claims.path("roles").toString()).isEqualTo("[\"user\",\"" + role + "\"]");
    }

    @Test
    void makesAndChangesAndRemovesARole() {
        Answer created = create("""
                {"name":"temporary","description":"For a day","scopes":["orders:read"]}""");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/auth/admin/roles/temporary");
        assertThat(create("""
                {"name":"temporary","scopes":[]}""").problem()).isEqualTo("409 role.exists");

        Answer changed = put("temporary", created.header("ETag"), """
                {"scopes":["orders:read","orders:write"]}""");
        assertThat(changed.json().path("scopes")).hasSize(2);
        assertThat(show("temporary").header("ETag")).isEqualTo(changed.header("ETag")).isNotEqualTo(created.header("ETag"));
        assertThat(put("temporary", created.header("ETag"), "{\"scopes\":[]}").problem())
                .isEqualTo("412 request.precondition_failed");
        assertThat(put("temporary", null, "{\"scopes\":[]}").problem()).isEqualTo("428 request.precondition_required");

        assertThat(SERVER.delete("/auth/admin/roles/temporary", admin.bearer()).status()).isEqualTo(204);
        assertThat(show("temporary").problem()).isEqualTo("404 role.none");
    }

    @Test
    void removesNoRoleThatSomebodyHasOrTheServiceNeeds() {
        String role = fresh();
        PEOPLE.signedInWith("{user," + role + "}");

        assertThat(SERVER.delete("/auth/admin/roles/" + role, admin.bearer()).problem()).isEqualTo("409 role.in_use");
        assertThat(SERVER.delete("/auth/admin/roles/user", admin.bearer()).problem()).isEqualTo("409 role.built_in");
        assertThat(SERVER.delete("/auth/admin/roles/admin", admin.bearer()).problem()).isEqualTo("409 role.built_in");
        assertThat(put("admin", "*", "{\"scopes\":[\"auth:users:read\"]}").problem()).isEqualTo("409 role.built_in");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            {"name":"Upper","scopes":[]}
            {"name":"","scopes":[]}
            {"name":"with space","scopes":[]}
            {"name":"good_one"}
            {"name":"good_one","scopes":"orders:read"}
            {"name":"good_one","scopes":["two words"]}
            {"name":"good_one","scopes":["quote\\""]}
            {"name":"good_one","scopes":[""]}
            {"name":"good_one","scopes":[1]}
            {"name":"good_one","scopes":[],"built_in":"true"}
            {"name":"good_one","scopes":[],"description":"\\u0000"}
            {"scopes":[]}""")
    void refusesRolesThatCouldBeReadDifferently(String body) {
        assertThat(create(body).problem()).isEqualTo("400 request.malformed");
        assertThat(show("good_one").problem()).isEqualTo("404 role.none");
    }

    @Test
    void refusesScopesThatMakeTokensTooLong() {
        String scopes = "\"" + "a".repeat(60) + "%d\",";
        StringBuilder seven = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            seven.append(scopes.formatted(i));
        }
        assertThat(create("{\"name\":\"long_one\",\"scopes\":[" + seven.substring(0, seven.length() - 1) + "]}").problem())
                .isEqualTo("400 request.malformed");
    }

    @Test
    void letsNobodyMakeARoleThatMayMoreThanThey() {
        String limited = fresh("auth:users:read", "auth:roles:write");
        SignedIn someone = PEOPLE.signedInWith("{user," + limited + "}");

        assertThat(create(someone, """
                {"name":"escalation","scopes":["auth:keys:write"]}""").problem()).isEqualTo("403 access.denied");
        assertThat(put(someone, limited, "*", """
                {"scopes":["auth:users:read","auth:roles:write","auth:audit:read"]}""").problem()).isEqualTo("403 access.denied");
        assertThat(put(someone, "admin", "*", "{\"scopes\":[]}").problem()).isEqualTo("403 access.denied");
        assertThat(create(someone, """
                {"name":"harmless_%s","scopes":["orders:read"]}""".formatted(limited)).status()).isEqualTo(201);
    }

    @Test
    void countsAtOnceWhatARoleLoses() {
        String role = fresh("auth:users:read");
        SignedIn someone = PEOPLE.signedInWith("{user," + role + "}");
        assertThat(SERVER.get("/auth/admin/users", someone.bearer()).status()).isEqualTo(200);

        put(role, "*", "{\"scopes\":[]}");

        assertThat(SERVER.get("/auth/admin/users", someone.bearer()).problem()).isEqualTo("403 access.denied");
    }

    @Test
    void listsRolesPageByPage() {
        fresh();
        List<String> names = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = SERVER.get("/auth/admin/roles?limit=2" + cursor, admin.bearer()).json();
            page.path("roles").forEach(role -> names.add(role.path("name").asString()));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").asString() : "";
        } while (!cursor.isEmpty());

        assertThat(names).contains("admin", "user").doesNotHaveDuplicates().isSorted();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            POST;  /auth/register;         {"username":"mass_%1$s","email":"mass%1$s@example.com","password":"Test123!@#","roles":["admin"]}
            POST;  /auth/register;         {"username":"mass_%1$s","email":"mass%1$s@example.com","password":"Test123!@#","is_admin":true}
            POST;  /auth/register;         {"username":"mass_%1$s","email":"mass%1$s@example.com","password":"Test123!@#","role":"admin"}
            POST;  /register;              {"username":"mass_%1$s","email":"mass%1$s@example.com","password":"Test123!@#","scopes":["auth:users:read"]}
            POST;  /auth/register;         {"username":"mass_%1$s","email":"mass%1$s@example.com","password":"Test123!@#","email_verified":"true"}
            PATCH; /auth/profile;          {"roles":["admin"]}
            PATCH; /auth/profile;          {"is_admin":"true"}
            PATCH; /profile;               {"username":"mass_%1$s","roles":["user","admin"]}
            PATCH; /auth/profile;          {"email_verified":"true","locked":"false"}""")
    void givesNothingToWhoeverNamesIt(String method, String path, String body) {
        SignedIn someone = SERVER.someone();

        Answer answer = SERVER.send(method, path, body.formatted(Long.toString(System.nanoTime(), 36)), someone.bearer());

        assertThat(answer.problem()).isEqualTo("400 request.malformed");
        JsonNode me = SERVER.get("/auth/me", someone.bearer()).json();
        assertThat(me.path("roles").toString() + me.path("is_admin") + me.path("email_verified"))
                .isEqualTo("[\"user\"]falsefalse");
        assertThat(SERVER.database().sql("SELECT count(*) FROM account WHERE username LIKE 'mass\\_%'").query(Integer.class)
                .single())
                .isZero();
    }

    @Test
    void readsTheAuditLogByUserActionAndTime() {
        SignedIn someone = SERVER.someone();
        SERVER.get("/auth/admin/users/" + PEOPLE.id(someone), admin.bearer());
        String user = "user=" + PEOPLE.id(someone);
        await().atMost(java.time.Duration.ofSeconds(60)).until(() -> audit(user).json().path("entries").size() >= 4);

        JsonNode first = audit(user + "&limit=1").json();
        JsonNode second = audit(user + "&limit=1&cursor=" + first.path("next_cursor").asString()).json();

        assertThat(first.path("entries").path(0).path("type").asString()).isEqualTo("admin.users_read");
        assertThat(first.path("entries").path(0).path("actor").asString()).isEqualTo(PEOPLE.id(admin).toString());
        assertThat(first.path("entries").path(0).path("data").path("what").asString()).isEqualTo("user");
        assertThat(second.path("entries").path(0).path("position").asLong())
                .isLessThan(first.path("entries").path(0).path("position").asLong());
        assertThat(audit(user + "&action=session.").json().path("entries")).hasSize(1);
        assertThat(audit(user + "&action=%25").json().path("entries")).isEmpty();
        assertThat(audit(user + "&until=2020-01-01T00:00:00Z").json().path("entries")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user=7", "from=yesterday", "until=1", "cursor=" + "YXVkaXQ6eA", "cursor=dXNlcnM6YQ", "limit=201",
            "action=%00", "from=%2B300000-01-01T00:00:00Z", "until=-10000-01-01T00:00:00Z"})
    void refusesToReadWhatMeansNothing(String parameters) {
        assertThat(audit(parameters).problem()).isEqualTo("400 request.malformed");
    }

    @Test
    void explainsWhySomebodyCouldNotSignIn() {
        SignedIn someone = SERVER.someone();
        SERVER.post("/auth/login", AuthServer.login(someone.name(), "not the password"));
        SERVER.postEmpty("/auth/admin/users/" + PEOPLE.id(someone) + "/lock", admin.bearer());
        SERVER.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD));
        String path = "/auth/admin/users/" + PEOPLE.id(someone) + "/sign-ins";
        await().atMost(java.time.Duration.ofSeconds(60))
                .until(() -> SERVER.get(path, admin.bearer()).json().path("attempts").size() == 3);

        JsonNode told = SERVER.get(path, admin.bearer()).json();

        assertThat(told.path("locked").asBoolean()).isTrue();
        assertThat(told.path("password_format").asString()).isEqualTo("argon2id");
        assertThat(told.path("attempts").path(0).path("data").path("reason").asString()).isEqualTo("locked_by_admin");
        assertThat(told.path("attempts").path(1).path("data").path("reason").asString()).isEqualTo("wrong_password");
        assertThat(told.path("attempts").path(2).path("outcome").asString()).isEqualTo("success");
    }

    private static String fresh(String... scopes) {
        String name = "role_" + ROLES.incrementAndGet() + "_" + Long.toString(System.nanoTime(), 36);
        String list = scopes.length == 0 ? "" : "\"" + String.join("\",\"", scopes) + "\"";
        assertThat(create("{\"name\":\"" + name + "\",\"scopes\":[" + list + "]}").status()).isEqualTo(201);
        return name;
    }

    private static Answer create(String body) {
        return create(admin, body);
    }

    private static Answer create(SignedIn by, String body) {
        return SERVER.post("/auth/admin/roles", body, by.bearer());
    }

    private static Answer show(String role) {
        return SERVER.get("/auth/admin/roles/" + role, admin.bearer());
    }

    private static Answer put(String role, @Nullable String tag, String body) {
        return put(admin, role, tag, body);
    }

    private static Answer put(SignedIn by, String role, @Nullable String tag, String body) {
        var request = SERVER.request("/auth/admin/roles/" + role, by.bearer()).header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        return SERVER.send(tag == null ? request : request.header("If-Match", tag));
    }

    private static Answer audit(String parameters) {
        return SERVER.get("/auth/admin/audit?" + parameters, admin.bearer());
    }
}
