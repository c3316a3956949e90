package dev.gatehouse.auth.openapi;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.Mailbox;
import dev.gatehouse.auth.TestApp;

import static org.assertj.core.api.Assertions.assertThat;

/// Compares the description with what the service does.
final class OpenApiIT {

    private static final Pattern EXPECTED = Pattern.compile("is unknown here; expected (.+)");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AuthServer SERVER = server();
    private static final JsonNode DOCUMENT = SERVER.get("/auth/openapi.json").json();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void describesEveryEndpoint() {
        TreeSet<String> served = new TreeSet<>();
        SERVER.bean(RequestMappingHandlerMapping.class).getHandlerMethods().forEach((info, handler) -> {
            if (handler.getBeanType().getName().startsWith("dev.gatehouse.")) {
                info.getPatternValues()
                        .forEach(path -> info.getMethodsCondition().getMethods().forEach(verb -> served.add(verb + " " + path)));
            }
        });
        TreeSet<String> described = new TreeSet<>();
        DOCUMENT.path("paths").properties().forEach(path -> path.getValue().propertyNames()
                .forEach(verb -> described.add(verb.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));

        assertThat(described).isEqualTo(served).hasSizeGreaterThan(25);
        assertThat(DOCUMENT.path("openapi").asString()).isEqualTo("3.1.0");
    }

    @Test
    void saysOfEveryOperationWhatItDoes() {
        DOCUMENT.path("paths").properties().forEach(path -> path.getValue().properties()
                .forEach(verb -> assertThat(verb.getValue().path("summary").asString()).as(verb.getKey() + " " + path.getKey())
                        .isNotBlank()));
    }

    @Test
    void answersAdministratorsAsDescribed() {
        String[] admin = admin();
        SignedIn someone = SERVER.someone();
        String id = SERVER.get("/auth/me", someone.bearer()).text("id");
        String user = "/auth/admin/users/{id}";
        check("get", "/auth/admin/users", SERVER.get("/auth/admin/users?limit=1", admin), 200);
        Answer shown = SERVER.get("/auth/admin/users/" + id, admin);
        check("get", user, shown, 200);
        check("post", user + "/verify-email", SERVER.postEmpty("/auth/admin/users/" + id + "/verify-email", admin), 200);
        check("get", user + "/sessions", SERVER.get("/auth/admin/users/" + id + "/sessions", admin), 200);
        check("get", user + "/sign-ins", SERVER.get("/auth/admin/users/" + id + "/sign-ins", admin), 200);
        check("post", user + "/lock", SERVER.postEmpty("/auth/admin/users/" + id + "/lock", admin), 200);
        check("post", user + "/unlock", SERVER.postEmpty("/auth/admin/users/" + id + "/unlock", admin), 200);
        check("put", user + "/roles", SERVER.send(SERVER.request("/auth/admin/users/" + id + "/roles", "Authorization", admin[1],
                "Content-Type", "application/json", "If-Match", "*").PUT(BodyPublishers.ofString("{\"roles\":[\"user\"]}"))),
                200);
        check("post", user + "/password-reset", SERVER.postEmpty("/auth/admin/users/" + id + "/password-reset", admin), 200);
        check("delete", user + "/sessions", SERVER.delete("/auth/admin/users/" + id + "/sessions", admin), 204);
        check("post", "/auth/admin/keys/rotate", SERVER.postEmpty("/auth/admin/keys/rotate", admin), 409);
        check("delete", user + "/mfa", SERVER.delete("/auth/admin/users/" + id + "/mfa", admin), 404);
        check("get", "/auth/admin/roles", SERVER.get("/auth/admin/roles", admin), 200);
        check("post", "/auth/admin/roles", SERVER.post("/auth/admin/roles", """
                {"name":"reader","description":"reads","scopes":["orders:read"]}""", admin), 201);
        check("get", "/auth/admin/roles/{name}", SERVER.get("/auth/admin/roles/reader", admin), 200);
        check("put", "/auth/admin/roles/{name}", SERVER.send(SERVER.request("/auth/admin/roles/reader", "Authorization", admin[1],
                "Content-Type", "application/json", "If-Match", "*").PUT(BodyPublishers.ofString("{\"scopes\":[]}"))), 200);
        check("delete", "/auth/admin/roles/{name}", SERVER.delete("/auth/admin/roles/reader", admin), 204);
        check("get", "/auth/admin/audit", SERVER.get("/auth/admin/audit?limit=1", admin), 200);
        check("get", "/auth/admin/keys", SERVER.get("/auth/admin/keys", admin), 200);
        SignedIn other = SERVER.someone();
        new Mailbox(SERVER).verify(other);
        check("get", "/auth/mfa", SERVER.get("/auth/mfa", other.bearer()), 200);
        check("post", "/auth/mfa/totp", SERVER.post("/auth/mfa/totp", "{\"password\":\"" + AuthServer.PASSWORD + "\"}",
                other.bearer()), 200);
    }

    @Test
    void givesEachOperationItsOwnId() {
        List<String> ids = DOCUMENT.findValuesAsString("operationId");

        assertThat(ids).doesNotHaveDuplicates();
    }

    /// Every endpoint that reads a body tells the names it knows when it gets another one.
    @Test
    void describesBodiesAsTheyAreRead() {
        String bearer = admin()[1];
        int compared = 0;
        for (Map.Entry<String, JsonNode> path : DOCUMENT.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
                JsonNode schema = verb.getValue().path("requestBody").path("content").path("application/json").path("schema");
                if (schema.isMissingNode()) {
                    continue;
                }
                Answer answer = SERVER.send(SERVER
                        .request(path.getKey().replaceAll("\\{[^}]+}", UUID.randomUUID().toString()), "Authorization",
                                bearer, "Content-Type", "application/json", "If-Match", "*")
                        .method(verb.getKey().toUpperCase(java.util.Locale.ROOT), BodyPublishers.ofString("{\"zzz\":\"x\"}")));
                String[] names = names(answer);
                if (names.length > 0) {
                    compared++;
                    assertThat(schema.path("properties").propertyNames()).as(path.getKey())
                            .containsExactlyInAnyOrder(names);
                }
            }
        }
        assertThat(compared).isGreaterThan(20);
    }

    @Test
    void answersAsDescribed() {
        String name = "openapi_" + Long.toString(System.nanoTime(), 36);
        check("post", "/auth/register", SERVER.post("/auth/register", AuthServer.registration(name, name + "@example.com")), 201);
        SignedIn someone = SERVER.login(name);
        String[] bearer = someone.bearer();
        check("post", "/auth/login", SERVER.post("/auth/login", AuthServer.login(name, AuthServer.PASSWORD)), 200);
        check("post", "/auth/login", SERVER.post("/auth/login", AuthServer.login(name, "wrong password")), 401);
        check("post", "/auth/register", SERVER.post("/auth/register", "{}"), 400);
        check("post", "/auth/refresh", SERVER.post("/auth/refresh", AuthServer.refresh(someone.refreshToken())), 200);
        check("get", "/auth/me", SERVER.get("/auth/me", bearer), 200);
        check("get", "/auth/me", SERVER.get("/auth/me"), 401);
        check("get", "/auth/verify-token", SERVER.get("/auth/verify-token", bearer), 200);
        check("get", "/auth/sessions", SERVER.get("/auth/sessions", bearer), 200);
        check("delete", "/auth/sessions/{id}", SERVER.delete("/auth/sessions/none", bearer), 404);
        check("get", "/auth/account/export", SERVER.get("/auth/account/export", bearer), 200);
        check("get", "/auth/health", SERVER.get("/auth/health"), 200);
        check("get", "/.well-known/jwks.json", SERVER.get("/.well-known/jwks.json"), 200);
        check("post", "/auth/password/forgot", SERVER.post("/auth/password/forgot", "{\"email\":\"nobody@example.com\"}"), 202);
        check("post", "/auth/password/reset", SERVER.post("/auth/password/reset", "{\"token\":\"x\",\"password\":\"a\"}"), 400);
        check("get", "/auth/password/reset", SERVER.get("/auth/password/reset"), 200);
        check("post", "/auth/email/verify", SERVER.post("/auth/email/verify", "{\"token\":\"x\"}"), 400);
        check("post", "/auth/email/resend", SERVER.postEmpty("/auth/email/resend", bearer), 202);
        check("post", "/auth/logout", SERVER.postEmpty("/auth/logout", bearer), 204);
    }

    @Test
    void namesTheHeaderFieldsThatItReads() {
        Map<String, String> named = new TreeMap<>();
        DOCUMENT.path("paths").properties().forEach(path -> path.getValue().properties().forEach(
                verb -> verb.getValue().path("parameters").forEach(parameter -> {
                    if (parameter.path("in").asString().equals("header")) {
                        named.put(verb.getKey() + " " + path.getKey(),
                                parameter.path("name").asString() + (parameter.path("required").asBoolean() ? "" : "?"));
                    }
                })));
        String[] bearer = SERVER.someone().bearer();
        String name = "headers_" + Long.toString(System.nanoTime(), 36);

        assertThat(named).isEqualTo(Map.of("post /auth/register", "Idempotency-Key?", "post /register", "Idempotency-Key?",
                "post /api/auth/register", "Idempotency-Key?", "patch /auth/profile", "If-Match?", "patch /profile", "If-Match?",
                "patch /api/auth/profile", "If-Match?", "post /auth/admin/roles", "Idempotency-Key?",
                "put /auth/admin/roles/{name}", "If-Match", "delete /auth/admin/roles/{name}", "If-Match?",
                "put /auth/admin/users/{id}/roles", "If-Match"));
        check("post", "/auth/register", SERVER.post("/auth/register", AuthServer.registration(name, name + "@example.com"),
                "Idempotency-Key", "short"), 400);
        check("patch", "/auth/profile", SERVER.send(SERVER
                .request("/auth/profile", "Authorization", bearer[1], "If-Match", "\"other\"", "Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"username\":\"" + name + "\"}"))), 412);
    }

    /// What remains of the way through an account, in an order in which nothing is in the way of anything.
    @Test
    void answersOwnersAsDescribed() {
        SignedIn someone = SERVER.someone();
        String[] bearer = someone.bearer();
        String address = someone.name() + "@example.com";
        String password = "\"password\":\"" + AuthServer.PASSWORD + "\"";
        check("post", "/auth/email/verify", SERVER.post("/auth/email/verify",
                "{\"code\":\"" + new Mailbox(SERVER).last(address, "VERIFY_EMAIL").code() + "\"}", bearer), 204);
        check("patch", "/auth/profile", call("PATCH", "/auth/profile", "{\"username\":\"re_" + someone.name() + "\"}", bearer),
                200);
        String session = SERVER.get("/auth/sessions", bearer).json().path("sessions").path(0).path("id").asString();
        check("patch", "/auth/sessions/{id}", call("PATCH", "/auth/sessions/" + session, "{\"name\":\"Desk\"}", bearer), 204);
        check("post", "/auth/step-up", SERVER.post("/auth/step-up", "{" + password + "}", bearer), 200);
        check("post", "/auth/email/change",
                SERVER.post("/auth/email/change", "{\"email\":\"new." + address + "\"," + password + "}", bearer), 202);
        check("post", "/auth/email/change/confirm",
                SERVER.post("/auth/email/change/confirm", token("new." + address, "CHANGE_EMAIL_NEW")), 200);
        check("post", "/auth/mfa/email", SERVER.post("/auth/mfa/email", "{" + password + "}", bearer), 204);
        check("post", "/auth/mfa/email/code", SERVER.postEmpty("/auth/mfa/email/code", bearer), 202);
        check("delete", "/auth/mfa/email", call("DELETE", "/auth/mfa/email",
                "{" + password + ",\"method\":\"email\",\"code\":\"" + code(address) + "\"}", bearer), 204);
        checkSecondFactor("re_" + someone.name(), bearer, password);
        check("post", "/auth/password/change",
                SERVER.post("/auth/password/change", "{\"current_password\":\"" + AuthServer.PASSWORD
                        + "\",\"new_password\":\"Purple-otter-42\"}", bearer),
                204);
        SERVER.post("/auth/password/forgot", "{\"email\":\"" + address + "\"}");
        check("post", "/auth/password/reset", SERVER.post("/auth/password/reset",
                token(address, "RESET_PASSWORD").replace("}", "," + password + "}")), 204);
    }

    @Test
    void answersWhoLeavesAsDescribed() {
        SignedIn someone = SERVER.someone();
        check("delete", "/auth/account", call("DELETE", "/auth/account", "{\"password\":\"" + AuthServer.PASSWORD + "\"}",
                someone.bearer()), 202);
        check("post", "/auth/account/keep",
                SERVER.post("/auth/account/keep", token(someone.name() + "@example.com", "DELETION_REQUESTED")), 204);
        SignedIn back = SERVER.login(someone.name());
        check("delete", "/auth/sessions", SERVER.delete("/auth/sessions", back.bearer()), 204);
        String session = SERVER.get("/auth/sessions", back.bearer()).json().path("sessions").path(0).path("id").asString();
        check("delete", "/auth/sessions/{id}", SERVER.delete("/auth/sessions/" + session, back.bearer()), 204);
        check("post", "/auth/logout-all", SERVER.postEmpty("/auth/logout-all", SERVER.login(someone.name()).bearer()), 204);
    }

    private static void checkSecondFactor(String name, String[] bearer, String password) {
        String secret = SERVER.post("/auth/mfa/totp", "{" + password + "}", bearer).text("secret");
        check("post", "/auth/mfa/totp/confirm",
                SERVER.post("/auth/mfa/totp/confirm", "{\"code\":\"" + TestApp.code(secret, 0) + "\"}",
                        bearer),
                200);
        Answer asked = SERVER.post("/auth/login", AuthServer.login(name, AuthServer.PASSWORD));
        check("post", "/auth/login", asked, 403);
        Answer codes = SERVER.post("/auth/mfa/recovery-codes", "{" + password + ",\"method\":\"totp\",\"code\":\""
                + TestApp.code(secret, 1) + "\"}", bearer);
        check("post", "/auth/mfa/recovery-codes", codes, 200);
        List<String> unused = codes.json().path("recovery_codes").valueStream().map(JsonNode::asString).toList();
        check("post", "/auth/login/second-factor", SERVER.post("/auth/login/second-factor", answer(asked, unused.get(0))), 200);
        Answer more = SERVER.post("/auth/step-up", "{" + password + "}", bearer);
        check("post", "/auth/step-up", more, 403);
        check("post", "/auth/step-up/second-factor",
                SERVER.post("/auth/step-up/second-factor", answer(more, unused.get(1)), bearer),
                200);
        check("delete", "/auth/mfa/totp", call("DELETE", "/auth/mfa/totp",
                "{" + password + ",\"method\":\"recovery_code\",\"code\":\"" + unused.get(2) + "\"}", bearer), 204);
    }

    private static String answer(Answer asked, String code) {
        return "{\"challenge\":\"%s\",\"method\":\"recovery_code\",\"code\":\"%s\"}".formatted(asked.text("challenge"), code);
    }

    private static String token(String address, String kind) {
        return "{\"token\":\"" + new Mailbox(SERVER).last(address, kind).token() + "\"}";
    }

    private static String code(String address) {
        return new Mailbox(SERVER).last(address, "SIGN_IN_CODE").code();
    }

    private static Answer call(String method, String path, String json, String... bearer) {
        return SERVER.send(method, path, json, bearer);
    }

    @Test
    void asksForATokenWhereItSaysSo() {
        DOCUMENT.path("paths").properties().forEach(path -> path.getValue().properties().forEach(verb -> {
            if (!verb.getValue().path("security").isEmpty()) {
                Answer answer = SERVER.send(SERVER.request(path.getKey().replaceAll("\\{[^}]+}", UUID.randomUUID().toString()))
                        .method(verb.getKey().toUpperCase(java.util.Locale.ROOT), BodyPublishers.noBody()));
                assertThat(answer.status()).as(verb.getKey() + " " + path.getKey()).isEqualTo(401);
                check(verb.getKey(), path.getKey(), answer, 401);
            }
        }));
    }

    @Test
    void hasAPageThatLoadsNothingFromElsewhere() {
        Answer page = SERVER.get("/auth/docs");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.response().body()).doesNotContain("http://", "https://", "onclick");
        assertThat(SERVER.get("/auth/docs/page.js").header("Content-Type")).startsWith("text/javascript");
        assertThat(SERVER.get("/auth/docs/page.css").header("Content-Type")).startsWith("text/css");
    }

    @Test
    void isOffUnlessItIsSwitchedOn() {
        for (String path : new String[]{"/auth/openapi.json", "/auth/docs", "/auth/docs/page.js"}) {
            assertThat(AuthServer.shared().get(path).problem()).isEqualTo("404 route.none");
        }
    }

    /// {@return the header of somebody who may administer}
    private static String[] admin() {
        String name = SERVER.someone().name();
        SERVER.database().sql("UPDATE account SET roles = '{user,admin}' WHERE username = ?").param(name).update();
        return SERVER.login(name).bearer();
    }

    private static String[] names(Answer answer) {
        for (JsonNode error : answer.json().path("errors")) {
            Matcher expected = EXPECTED.matcher(error.path("detail").asString());
            if (expected.matches()) {
                return expected.group(1).split(", ", -1);
            }
        }
        return new String[0];
    }

    private static void check(String verb, String path, Answer answer, int status) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        JsonNode responses = DOCUMENT.path("paths").path(path).path(verb).path("responses");
        JsonNode response = responses.has("" + status) ? responses.path("" + status) : responses.path("default");
        for (String header : List.of("ETag", "Location", "refresh-outcome")) {
            assertThat(answer.header(header).isEmpty()).as(verb + " " + path + " " + header)
                    .isEqualTo(!response.path("headers").has(header));
        }
        assertThat(response.isMissingNode()).as(verb + " " + path + " " + status).isFalse();
        if (!response.has("content")) {
            assertThat(answer.response().body()).isEmpty();
            return;
        }
        String type = answer.header("Content-Type").replaceFirst(";.*", "");
        JsonNode schema = response.path("content").path(type).path("schema");
        assertThat(schema.isMissingNode()).as(verb + " " + path + " answers " + type).isFalse();
        if (type.endsWith("json")) {
            assertThat(errors(schema, answer.response().body())).as(verb + " " + path).isEmpty();
        }
    }

    /// Stricter than the description itself: what is not described must not be there.
    private static List<?> errors(JsonNode schema, String body) {
        ObjectNode whole = (ObjectNode) schema.deepCopy();
        ObjectNode components = (ObjectNode) DOCUMENT.path("components").deepCopy();
        components.path("schemas").forEach(each -> ((ObjectNode) each).put("additionalProperties", false));
        whole.set("components", components);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(JSON.writeValueAsString(whole))
                .validate(body,
                        InputFormat.JSON);
    }

    private static AuthServer server() {
        Map<String, String> environment = new LinkedHashMap<>(AuthServer.environment());
        environment.put("GATEHOUSE_API_DOCS", "on");
        return AuthServer.start(environment);
    }
}
