package dev.gatehouse.auth;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

/// Calls that are made once, versions, pages.
final class ApiQualityIT {

    private static final AuthServer SERVER = AuthServer.shared();
    private static final TestAdmins PEOPLE = new TestAdmins(SERVER);

    @Test
    void registersOnceHoweverOftenTheRequestArrives() {
        String key = UUID.randomUUID().toString();
        String name = name();

        Answer first = register(key, name);
        Answer again = register('"' + key + '"', name);

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(register(UUID.randomUUID().toString(), name).problem()).isEqualTo("409 account.username_taken");
    }

    @Test
    void refusesAKeyThatWasUsedForAnotherRequest() {
        String key = UUID.randomUUID().toString();
        register(key, name());

        assertThat(register(key, name()).problem()).isEqualTo("422 idempotency.mismatch");
    }

    @Test
    void takesTheKeyAgainAfterARefusal() {
        String key = UUID.randomUUID().toString();
        SignedIn taken = SERVER.someone();

        assertThat(register(key, taken.name()).problem()).isEqualTo("409 account.username_taken");
        assertThat(register(key, name()).status()).isEqualTo(201);
    }

    @Test
    void registersOnceHoweverManyArriveAtTheSameMoment() throws Exception {
        String key = UUID.randomUUID().toString();
        String name = name();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> many = IntStream.range(0, 8)
                    .<Callable<String>>mapToObj(_ -> () -> outcome(register(key, name))).toList();

            assertThat(threads.invokeAll(many)).extracting(Future::resultNow).containsOnlyOnce("made").isSubsetOf("made",
                    "told again",
                    "409 idempotency.in_flight");
        }
        assertThat(outcome(register(key, name))).isEqualTo("told again");
    }

    @Test
    void forgetsAfterADayAndTakesOverFromWhoeverDied() {
        String key = UUID.randomUUID().toString();
        String name = name();
        register(key, name);
        SERVER.database().sql("UPDATE idempotency_key SET started_at = now() - interval '25 hours'").update();
        assertThat(register(key, name).problem()).isEqualTo("409 account.username_taken");

        register(key, name());
        SERVER.database().sql("UPDATE idempotency_key SET answer = NULL").update();
        assertThat(register(key, name).problem()).isEqualTo("422 idempotency.mismatch");
        SERVER.database().sql("UPDATE idempotency_key SET started_at = now() - interval '2 minutes'").update();
        assertThat(register(key, name()).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "\"half-quoted-key-of-some-length", "key with spaces in between",
            "umlaut-ä-key-of-some-length",
            "0123456789012345678901234567890123456789012345678901234567890123456789"})
    void refusesKeysThatCannotBeRead(String key) {
        String encoded = new String(key.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThat(register(encoded.replaceAll("[^ -~]", "!"), name()).problem()).isEqualTo("400 request.malformed");
    }

    @Test
    void keepsNothingReadable() {
        String key = UUID.randomUUID().toString();
        String name = name();
        register(key, name);

        List<String> rows = SERVER.database()
                .sql("SELECT id || fingerprint || encode(answer, 'escape') FROM idempotency_key"
                        + " WHERE answer IS NOT NULL")
                .query(String.class).list();

        assertThat(rows).isNotEmpty().noneMatch(row -> row.contains(key) || row.contains(name));
    }

    @Test
    void makesARoleOnceAndNobodyHearsTheAnswerOfSomebodyElse() {
        SignedIn admin = PEOPLE.signedInWith("{user,admin}");
        SignedIn other = PEOPLE.signedInWith("{user,admin}");
        String key = UUID.randomUUID().toString();
        String body = "{\"name\":\"once_%s\",\"scopes\":[]}".formatted(Long.toString(System.nanoTime(), 36));

        Answer first = SERVER.post("/auth/admin/roles", body, with(admin, key));
        Answer again = SERVER.post("/auth/admin/roles", body, with(admin, key));

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.header("Location") + again.header("ETag")).isEqualTo(first.header("Location") + first.header("ETag"));
        assertThat(SERVER.post("/auth/admin/roles", body, with(other, key)).problem()).isEqualTo("409 role.exists");
    }

    @Test
    void renamesNobodyOverAChangeThatTheyDidNotSee() {
        SignedIn someone = SERVER.someone();
        String seen = SERVER.get("/auth/profile", someone.bearer()).header("ETag");

        assertThat(rename(someone, seen, name()).status()).isEqualTo(200);
        assertThat(rename(someone, seen, name()).problem()).isEqualTo("412 request.precondition_failed");
        String current = SERVER.get("/auth/me", someone.bearer()).header("ETag");
        assertThat(rename(someone, current, name()).header("ETag")).isNotEmpty().isNotEqualTo(current);
    }

    @Test
    void listsSessionsPageByPage() {
        SignedIn someone = SERVER.someone();
        SERVER.login(someone.name());
        SERVER.login(someone.name());
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = SERVER.get("/auth/sessions?limit=1" + cursor, someone.bearer()).json();
            page.path("sessions").forEach(session -> ids.add(session.path("id").asString()));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").asString() : "";
        } while (!cursor.isEmpty());

        JsonNode whole = SERVER.get("/auth/sessions", someone.bearer()).json();
        assertThat(whole.has("next_cursor")).isFalse();
        assertThat(ids).hasSize(3).containsExactlyElementsOf(
                whole.path("sessions").valueStream().map(session -> session.path("id").asString()).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/test-db", "/test-event"})
    void hasNoDiagnosticsUnlessSwitchedOn(String path) {
        assertThat(SERVER.get(path).problem()).isEqualTo("404 route.none");
    }

    private static String outcome(Answer answer) {
        if (answer.status() != 201) {
            return answer.problem();
        }
        return answer.header("Idempotency-Replayed").isEmpty() ? "made" : "told again";
    }

    private static Answer register(String key, String name) {
        return SERVER.post("/auth/register", AuthServer.registration(name, name + "@example.com"), "Idempotency-Key", key);
    }

    private static Answer rename(SignedIn someone, String tag, String name) {
        return SERVER.send(SERVER.request("/auth/profile", someone.bearer()).header("If-Match", tag)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"username\":\"" + name + "\"}")));
    }

    private static String[] with(SignedIn someone, String key) {
        return new String[]{someone.bearer()[0], someone.bearer()[1], "Idempotency-Key", key};
    }

    private static String name() {
        return "quality_" + Long.toString(System.nanoTime(), 36);
    }

    /// Which pages may read answers is for the gateway to say: two who do would say it twice.
    @ParameterizedTest
    @CsvSource({"OPTIONS, /auth/login", "POST, /auth/login", "GET, /auth/me", "GET, /.well-known/jwks.json", "GET, /auth/health"})
    void leavesPagesOfOtherOriginsToTheGateway(String method, String path) {
        Answer answer = SERVER.send(method, path, method.equals("POST") ? AuthServer.login("nobody", AuthServer.PASSWORD) : "",
                "Origin", "https://app.example.com", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers",
                "content-type");

        assertThat(answer.response().headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }
}
