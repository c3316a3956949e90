package dev.gatehouse.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

/// What administrators may do, and nobody else.
final class AdminIT {

    private static final AuthServer SERVER = AuthServer.shared();

    private static final TestAdmins PEOPLE = new TestAdmins(SERVER);

    private static SignedIn admin;

    @BeforeAll
    static void makeAdmin() {
        admin = PEOPLE.signedInWith("{user,admin}");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            nobody,                        401 auth.missing
            a user,                        403 access.denied
            an admin,                      open
            an admin of a moment ago,      403 access.denied
            a locked admin,                401 auth.revoked
            a token from before the role,  403 access.denied
            a token that has expired,      401 auth.expired
            the identity headers,          401 auth.missing""")
    void opensEveryEndpointToAdministratorsAlone(String who, String expected) {
        String[] headers = headersOf(who);

        assertThat(endpoints()).hasSizeGreaterThan(1).allSatisfy(endpoint -> {
            Answer answer = call(endpoint, headers);
            String outcome = answer.status() == 401 || answer.status() == 403 ? answer.problem() : "open";
            assertThat(outcome).as("%s for %s", endpoint, who).isEqualTo(expected);
        });
    }

    @Test
    void findsPeopleByTheBeginningOfNameOrAddressPageByPage() {
        String prefix = "find" + Long.toString(System.nanoTime(), 36);
        for (String name : List.of("b", "c", "a", "d")) {
            register(prefix + name, "x" + name + prefix + "@example.com");
        }
        register("other_" + prefix, prefix.toUpperCase(java.util.Locale.ROOT) + "@example.com");

        List<String> found = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = search("query=" + prefix + "&limit=2" + cursor).json();
            page.path("users").forEach(user -> found.add(user.path("username").asString()));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").asString() : "";
        } while (!cursor.isEmpty());

        assertThat(found).containsExactly("other_" + prefix, prefix + "a", prefix + "b", prefix + "c", prefix + "d");
    }

    @Test
    void findsThoseWithARoleAndThoseWhoAreLocked() {
        SignedIn locked = PEOPLE.changed(PEOPLE.signedInWith("{user,admin}"), "locked_at = now()");

        assertThat(names(search("query=" + locked.name() + "&role=admin&locked=true"))).containsExactly(locked.name());
        assertThat(names(search("query=" + locked.name() + "&locked=false"))).isEmpty();
        assertThat(names(search("query=" + locked.name() + "&role=other"))).isEmpty();
        assertThat(names(search("role=admin&limit=200"))).contains(locked.name(), admin.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%25", "_", "user%25", "%25example", "us_r", "%27", "%27%20OR%201=1--", "%5C", "%F0%9F%98%80",
            "ＵＳＥＲ"})
    void takesEveryCharacterForItself(String query) {
        SERVER.someone();

        Answer answer = search(
                "query=" + java.net.URLEncoder.encode(java.net.URLDecoder.decode(query, java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("users")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=many", "limit=-1", "cursor=!", "cursor=dXNlcg", "cursor=YXVkaXQ6MQ",
            "query=%00",
            "locked=perhaps", "cursor=dXNlcnM6AA"})
    void refusesParametersThatMeanNothing(String parameters) {
        assertThat(search(parameters).problem()).isEqualTo("400 request.malformed");
    }

    @Test
    void showsAUserWithAVersion() {
        SignedIn someone = SERVER.someone();

        Answer answer = SERVER.get("/auth/admin/users/" + PEOPLE.id(someone), admin.bearer());

        assertThat(answer.text("username")).isEqualTo(someone.name());
        assertThat(answer.json().path("locked").asBoolean()).isFalse();
        assertThat(answer.header("ETag")).matches("\"[\\w-]{16}\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-7000-8000-000000000000", "7", "..%2Fusers", "%00"})
    void knowsNobodyUnderForeignIds(String id) {
        assertThat(SERVER.get("/auth/admin/users/" + id, admin.bearer()).status()).isIn(400, 404);
    }

    @Test
    void writesDownWhoLookedAndWhoWasRefused() {
        SignedIn someone = SERVER.someone();
        SERVER.get("/auth/admin/users/" + PEOPLE.id(someone), admin.bearer());
        SERVER.get("/auth/admin/users", someone.bearer());

        assertThat(PEOPLE.storyOf(someone)).startsWith("admin.access_denied -", "admin.users_read " + PEOPLE.id(admin));
    }

    @Test
    void writesDownEveryCallHoweverItEnds() {
        SignedIn old = PEOPLE.signedInWith("{user,admin}");
        SERVER.database().sql("UPDATE session SET auth_time = now() - interval '16 minutes' WHERE account_id = ?")
                .param(PEOPLE.id(old)).update();

        for (SignedIn who : List.of(admin, old)) {
            assertThat(endpoints()).allSatisfy(endpoint -> {
                Answer answer = call(endpoint, who.bearer());
                assertThat(written(answer, who)).as(endpoint + " " + answer).hasSize(1).first(STRING)
                        .matches(answer.status() == 200 ? "admin\\.\\w+_read .*" : "admin\\.refused .*");
                if (answer.status() != 200) {
                    assertThat(written(answer, who).getFirst()).contains("\"" + answer.text("code") + "\"");
                }
            });
        }
    }

    @Test
    void writesDownWhomSomebodyTriedToTouch() {
        SignedIn someone = SERVER.someone();
        String path = "/auth/admin/users/" + PEOPLE.id(someone);

        Answer answer = SERVER.send(SERVER.request(path + "/roles", admin.bearer()).header("Content-Type", "application/json")
                .header("If-Match", "\"another\"").PUT(ofString("{\"roles\":[\"user\",\"admin\"]}")));

        assertThat(written(answer, admin)).singleElement(STRING).contains("request.precondition_failed", "put:users.id.roles",
                PEOPLE.id(someone).toString());
    }

    @Test
    void writesDownSixtyCallsAnHourOfSomebodyWhoMayMakeNone() {
        SignedIn someone = SERVER.someone();
        for (int i = 0; i < 60; i++) {
            assertThat(SERVER.get("/auth/admin/users", someone.bearer()).problem()).isEqualTo("403 access.denied");
        }

        Answer refused = SERVER.get("/auth/admin/users", someone.bearer());

        assertThat(refused.problem()).isEqualTo("429 limit.exceeded");
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"admin\";q=1;w=60");
        assertThat(PEOPLE.storyOf(someone)).filteredOn("admin.access_denied -"::equals).hasSize(60);
    }

    /// Every endpoint but that for another signing key, which would change that of all other tests: see `KeysIT`.
    @Test
    void writesDownEveryCallThatSucceeds() {
        SignedIn someone = SERVER.someone();
        SERVER.database().sql("UPDATE account SET email_verified = true, email_owned = true WHERE id = ?")
                .param(PEOPLE.id(someone)).update();
        assertThat(SERVER.post("/auth/mfa/email", AuthServer.json("password", AuthServer.PASSWORD), someone.bearer()).status())
                .isEqualTo(204);
        String user = "/auth/admin/users/" + PEOPLE.id(someone);
        String session = SERVER.get(user + "/sessions", admin.bearer()).json().path("sessions").path(0).path("id").asString();
        String role = "audited_" + Long.toString(System.nanoTime(), 36);
        List<Call> calls = List.of(new Call("GET", "/auth/admin/users", "", "admin.users_read"),
                new Call("GET", user, "", "admin.users_read"), new Call("GET", user + "/sessions", "", "admin.users_read"),
                new Call("GET", user + "/sign-ins", "", "admin.users_read"),
                new Call("POST", user + "/verify-email", "", "admin.user_verified"),
                new Call("PUT", user + "/roles", "{\"roles\":[]}", "admin.role_revoked"),
                new Call("DELETE", user + "/mfa", "", "admin.mfa_removed"),
                new Call("DELETE", user + "/sessions", "", "admin.sessions_ended"),
                new Call("POST", user + "/lock", "", "admin.user_locked"),
                new Call("POST", user + "/unlock", "", "admin.user_unlocked"),
                new Call("POST", user + "/password-reset", "", "admin.password_reset_forced"),
                new Call("POST", "/auth/admin/roles", "{\"name\":\"" + role + "\",\"scopes\":[]}", "admin.role_created"),
                new Call("GET", "/auth/admin/roles", "", "admin.roles_read"),
                new Call("GET", "/auth/admin/roles/" + role, "", "admin.roles_read"),
                new Call("PUT", "/auth/admin/roles/" + role, "{\"scopes\":[]}", "admin.role_changed"),
                new Call("DELETE", "/auth/admin/roles/" + role, "", "admin.role_deleted"),
                new Call("GET", "/auth/admin/audit", "", "admin.audit_read"),
                new Call("GET", "/auth/admin/keys", "", "admin.keys_read"));

        Answer ended = SERVER.delete(user + "/sessions/" + session, admin.bearer());
        assertThat(written(ended, admin)).singleElement(STRING).startsWith("admin.sessions_ended ");
        assertThat(calls).hasSize(endpoints().size() - 2).allSatisfy(call -> {
            Answer answer = SERVER.send(SERVER.request(call.path(), admin.bearer()).header("Content-Type", "application/json")
                    .header("If-Match", "*").method(call.method(), ofString(call.body())));
            assertThat(answer.status()).as(call + " " + answer).isBetween(200, 204);
            assertThat(written(answer, admin)).as(call.toString()).anyMatch(event -> event.startsWith(call.event() + " "));
        });
    }

    @Test
    void writesDownThatARoleWasShownAgain() {
        String body = "{\"name\":\"again_" + Long.toString(System.nanoTime(), 36) + "\",\"scopes\":[]}";
        String[] headers = {"Authorization", "Bearer " + admin.accessToken(), "Idempotency-Key", UUID.randomUUID().toString()};

        SERVER.post("/auth/admin/roles", body, headers);
        Answer again = SERVER.post("/auth/admin/roles", body, headers);

        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(written(again, admin)).singleElement(STRING).startsWith("admin.roles_read ");
    }

    /// {@return the events of an answer that name an administrator, with their data}
    private static List<String> written(Answer answer, SignedIn who) {
        return SERVER.database()
                .sql("SELECT type || ' ' || data FROM outbox WHERE request_id = :request AND (actor = :who OR subject = :who)")
                .param("request", answer.header("X-Request-Id")).param("who", PEOPLE.id(who)).query(String.class).list();
    }

    @Test
    void showsNoSecret() {
        SignedIn someone = SERVER.someone();
        String hash = SERVER.database().sql("SELECT password_hash FROM account WHERE id = ?").param(PEOPLE.id(someone))
                .query(String.class)
                .single();
        await().atMost(java.time.Duration.ofSeconds(60))
                .until(() -> !SERVER.get("/auth/admin/users", admin.bearer()).response().body().isEmpty());

        assertThat(readable(PEOPLE.id(someone))).isNotEmpty().allSatisfy(answer -> assertThat(answer.response().body())
                .doesNotContain(hash, "$argon2", "password_hash", "refresh_key", "rt1_", "eyJ", "private", AuthServer.PASSWORD));
    }

    /// Every answer to a GET below the administration, about somebody.
    private static List<Answer> readable(UUID user) {
        return endpoints().stream().filter(endpoint -> endpoint.method().equals("GET"))
                .map(endpoint -> SERVER.get(endpoint.path().replace("{id}", user.toString()).replaceAll("\\{\\w+}", "admin"),
                        admin.bearer()))
                .toList();
    }

    private static String[] headersOf(String who) {
        return switch (who) {
            case "nobody" -> new String[0];
            case "a user" -> SERVER.someone().bearer();
            case "an admin" -> admin.bearer();
            case "an admin of a moment ago" -> PEOPLE.changed(PEOPLE.signedInWith("{user,admin}"), "roles = '{user}'").bearer();
            case "a locked admin" -> PEOPLE.changed(PEOPLE.signedInWith("{user,admin}"), "locked_at = now()").bearer();
            case "a token from before the role" -> PEOPLE.changed(SERVER.someone(), "roles = '{user,admin}'").bearer();
            case "a token that has expired" -> new String[]{"Authorization", "Bearer " + new TestTokens(SERVER).expired()};
            case "the identity headers" ->
                new String[]{"X-User-Id", PEOPLE.id(admin).toString(), "X-User-Roles", "admin", "X-User-Scopes",
                        "auth:users:read"};
            default -> throw new IllegalArgumentException(who);
        };
    }

    private static Set<Endpoint> endpoints() {
        Set<Endpoint> found = new java.util.TreeSet<>(java.util.Comparator.comparing(Endpoint::toString));
        for (RequestMappingHandlerMapping mapping : SERVER.beans(RequestMappingHandlerMapping.class)) {
            for (RequestMappingInfo info : mapping.getHandlerMethods().keySet()) {
                info.getPatternValues().stream().filter(path -> path.startsWith("/auth/admin")).forEach(path -> {
                    for (RequestMethod method : info.getMethodsCondition().getMethods()) {
                        found.add(new Endpoint(method.name(), path));
                    }
                });
            }
        }
        return found;
    }

    /// About nobody, so that no call changes anything.
    private static Answer call(Endpoint endpoint, String... headers) {
        String path = endpoint.path().replaceAll("\\{\\w+}", "00000000-0000-7000-8000-000000000000");
        return SERVER.send(SERVER.request(path, headers).header("Content-Type", "application/json")
                .method(endpoint.method(), ofString(endpoint.method().equals("GET") ? "" : "{}")));
    }

    private static Answer search(String parameters) {
        return SERVER.get("/auth/admin/users?" + parameters, admin.bearer());
    }

    private static List<String> names(Answer found) {
        return found.json().path("users").valueStream().map(user -> user.path("username").asString()).toList();
    }

    private static void register(String name, String email) {
        assertThat(SERVER.post("/auth/register", AuthServer.registration(name, email)).status()).isEqualTo(201);
    }

    private record Endpoint(String method, String path) {}

    private record Call(String method, String path, String body, String event) {}
}
