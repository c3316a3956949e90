package dev.gatehouse.auth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;

final class BadInputIT {

    private static final String GOOD = """
            {"username":"bad_input","email":"bad.input@example.com","password":"long enough"}""";

    private final AuthServer server = AuthServer.shared();

    static Stream<Arguments> bodies() {
        return Stream.of(body("", ""), body("   ", ""), body("{", ""), body("null", ""), body("[]", ""), body("\"text\"", ""),
                body(GOOD + "x", ""), body(GOOD + GOOD, ""), body("{'username':'a'}", ""),
                body("[".repeat(5000) + "]".repeat(5000), ""),
                body("{}", "/username"), body(GOOD.replace("\"bad_input\"", "7"), "/username"),
                body(GOOD.replace("\"bad_input\"", "null"), "/username"),
                body(GOOD.replace("\"bad_input\"", "[\"bad_input\"]"), "/username"),
                body(GOOD.replace("\"bad_input\"", "{\"a\":{\"b\":1}}"), "/username"),
                body(GOOD.replace("bad_input", "ab"), "/username"), body(GOOD.replace("bad_input", "a".repeat(51)), "/username"),
                body(GOOD.replace("bad_input", "bad input"), "/username"),
                body(GOOD.replace("bad_input", "bädinput"), "/username"),
                body(GOOD.replace("bad_input", "bad_input\\u0000"), "/username"),
                body(GOOD.replace("bad.input@", "bad.input"), "/email"), body(GOOD.replace("bad.input@", "@"), "/email"),
                body(GOOD.replace("bad.input@", "a..b@"), "/email"), body(GOOD.replace("example.com", "localhost"), "/email"),
                body(GOOD.replace("bad.input@", "bad\\ninput@"), "/email"),
                body(GOOD.replace("bad.input", "b".repeat(300)), "/email"),
                body(GOOD.replace("long enough", "short"), "/password"),
                body(GOOD.replace("long enough", "p".repeat(257)), "/password"),
                body(GOOD.replace("long enough", "half a pair \\ud800"), "/password"),
                body(GOOD.replace("{", "{\"roles\":[\"admin\"],"), "/roles"),
                body(GOOD.replace("{", "{\"is_admin\":true,"), "/is_admin"),
                body(GOOD.replace("{", "{\"a/b~c\":1,"), "/a~1b~0c"),
                body(GOOD.replace("{", "{\"username\":\"other_name\","), "/username"),
                body(GOOD.replace("{", "{\"half\\ud800\":1,"), ""),
                body(GOOD.replace("{", "{\"" + "n".repeat(900) + "\":1,"), "/" + "n".repeat(64)));
    }

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("bodies")
    void namesTheFieldAndStoresNothing(String body, String pointer) {
        Answer answer = server.post("/auth/register", body);

        assertThat(answer.problem()).as(answer.toString()).isEqualTo("400 request.malformed");
        assertThat(answer.json().path("errors").path(0).path("pointer").asString()).isEqualTo(pointer);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(accounts()).isZero();
    }

    @Test
    void namesAllFieldsAtOnceAndEchoesNoValue() {
        Answer answer = server.post("/auth/register",
                "{\"username\":\"<script>\",\"email\":\"<script>\",\"password\":\"s3cr3t\",\"extra\":1}");

        assertThat(answer.json().path("errors").size()).isEqualTo(4);
        assertThat(answer.response().body()).doesNotContain("script", "s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense",
            "application/json; charset=utf-16"})
    void refusesOtherContentTypes(String contentType) {
        Answer answer = server.send(server.request("/auth/register", "Content-Type", contentType)
                .POST(BodyPublishers.ofString(GOOD)));

        assertThat(answer.problem()).isEqualTo("400 request.malformed");
        assertThat(answer.json().path("errors").path(0).path("detail").asString()).contains("Content-Type");
        assertThat(accounts()).isZero();
    }

    @Test
    void refusesABodyWithoutContentType() {
        Answer answer = server.send(server.request("/auth/login").POST(BodyPublishers.ofString(GOOD)));

        assertThat(answer.problem()).isEqualTo("400 request.malformed");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] bytes = GOOD.replace("long enough", "not ~ utf8").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '~' ? (byte) 0xFF : bytes[i];
        }
        Answer answer = server.send(server.request("/auth/register", "Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(bytes)));

        assertThat(answer.problem()).isEqualTo("400 request.malformed");
    }

    @Test
    void refusesLargeBodies() {
        assertThat(server.post("/auth/register", GOOD.replace("bad_input", "x".repeat(70_000))).problem())
                .isEqualTo("413 request.too_large");
        assertThat(server.send(server.request("/auth/register", "Content-Type", "application/json").POST(
                BodyPublishers.fromPublisher(BodyPublishers.ofString("x".repeat(70_000))))).problem())
                .isEqualTo("413 request.too_large");
    }

    @Test
    void answersUnknownPathsAndMethods() {
        Answer method = server.get("/auth/login");

        assertThat(server.get("/auth/nothing").problem()).isEqualTo("404 route.none");
        assertThat(method.problem()).isEqualTo("405 route.method");
        assertThat(method.header("Allow")).isEqualTo("POST");
        assertThat(server.get("/actuator/prometheus").problem()).isEqualTo("404 route.none");
    }

    @Test
    void namesEveryProblemInTheSameWay() {
        Answer answer = server.get("/auth/nothing");

        assertThat(answer.json().propertyNames()).containsExactly("type", "title", "status", "detail", "instance", "code",
                "requestId");
        assertThat(answer.text("requestId")).isEqualTo(answer.header("X-Request-Id"));
        assertThat(answer.text("instance")).isEqualTo("urn:gatehouse:request:" + answer.text("requestId"));
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void answersWhatTomcatRefusesAsAProblemToo() throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
            socket.getOutputStream().write("GET /auth/<me> HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json", "\"code\":\"request.malformed\"")
                    .doesNotContain("Tomcat", "Exception", "<me>");
        }
    }

    private long accounts() {
        return server.database().sql("SELECT count(*) FROM account WHERE username_key IN ('bad_input', 'other_name')"
                + " OR email_key = 'bad.input@example.com'").query(Long.class).single();
    }

    private static Arguments body(String body, String pointer) {
        return Arguments.of(body, pointer);
    }
}
