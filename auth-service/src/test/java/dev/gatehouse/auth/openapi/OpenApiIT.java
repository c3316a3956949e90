package dev.gatehouse.auth.openapi;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        check("delete", user + "/mfa", SERVER.delete("/auth/admin/users/" + id + "/mfa", admin), 404);
        check("get", "/auth/admin/roles", SERVER.get("/auth/admin/roles", admin), 200);
        check("post", "/auth/admin/roles", SERVER.post("/auth/admin/roles", """
                {"name":"reader","description":"reads","scopes":["orders:read"]}""", admin), 201);
        check("get", "/auth/admin/roles/{name}", SERVER.get("/auth/admin/roles/reader", admin), 200);
        check("delete", "/auth/admin/roles/{name}", SERVER.delete("/auth/admin/roles/reader", admin), 204);
        check("get", "/auth/admin/audit", SERVER.get("/auth/admin/audit?limit=1", admin), 200);
        check("get", "/auth/admin/keys", SERVER.get("/auth/admin/keys", admin), 200);
        check("get", "/auth/mfa", SERVER.get("/auth/mfa", someone.bearer()), 200);
        check("post", "/auth/mfa/totp", SERVER.post("/auth/mfa/totp", "{\"password\":\"" + AuthServer.PASSWORD + "\"}",
                someone.bearer()), 200);
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
