package dev.gatehouse.gateway.authentication;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.nimbusds.jose.util.JSONObjectUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Proven;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Refused;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Source;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Unavailable;
import dev.gatehouse.gateway.authentication.IssuerSpec.ClientAuthentication;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// A real issuer on loopback that is asked about its tokens: `asked` and `other`; and `signing`, which signs its own.
class IntrospectionTests {

    private static final String CLIENT = "192.0.2.1";
    private static final WireMockServer SERVER = new WireMockServer(
            WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1").containerThreads(60));
    private static final String ASKED = "https://asked.example";
    private static final String SECRET = "s3cret: &=ü";

    private final MovableClock clock = new MovableClock(NOW);
    private final Revocations revocations = new Revocations(clock);
    private final Issuers issuers = Issuers.create(clock, Optional.empty());
    private final BearerTokenAuthenticator authenticator = new BearerTokenAuthenticator(issuers, revocations, clock);

    @TempDir
    private Path folder;

    private List<IssuerSpec> specs = List.of();

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @BeforeEach
    void trust() throws IOException {
        SERVER.resetAll();
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        trust(ClientAuthentication.BASIC, Duration.ofSeconds(5));
    }

    private void trust(ClientAuthentication auth, Duration timeout) {
        specs = List.of(asked("asked", ASKED, auth, timeout), asked("other", "https://other.example", auth, timeout),
                new IssuerSpec("signing", TestTokens.ISSUER, folder.resolve("keys.json").toUri(), Set.of("api"), Set.of("ES256"),
                        Set.of("at+jwt"), Duration.ofSeconds(30)));
        issuers.update(specs);
    }

    private static IssuerSpec asked(String id, String issuer, ClientAuthentication auth, Duration timeout) {
        IssuerSpec.Introspection how = new IssuerSpec.Introspection(URI.create(SERVER.url("/" + id)), "gate way",
                new ClientSecret(SECRET), auth, timeout, Duration.ofSeconds(30), Duration.ofSeconds(5));
        return new IssuerSpec(id, issuer, how, Set.of("api"), Set.of("client_id"), Optional.of("opaque"), Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        issuers.close();
    }

    @Test
    void believesWhatTheIssuerCallsActive() {
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).isInstanceOfSatisfying(Proven.class, proven -> {
            assertThat(proven.caller().issuerId()).isEqualTo("asked");
            assertThat(proven.caller().subject()).isEqualTo("alice");
            assertThat(proven.caller().scopes()).containsExactly("a", "b");
            assertThat(proven.caller().text("iss")).contains(ASKED);
            assertThat(proven.caller().claims()).doesNotContainKey("active");
            assertThat(proven.source()).isEqualTo(Source.HEADER);
        });
    }

    @Test
    void questionsThatWereAnsweredTakeNobodysPlace() {
        answer("asked", active());
        for (int i = 0; i < 100; i++) { // more than may be asked at once
            assertThat(authenticate("opaque-" + i, "asked")).as("token %d", i).isInstanceOf(Proven.class);
        }
    }

    @Test
    void asksOncePerCacheTime() {
        answer("asked", active());
        for (int i = 0; i < 5; i++) {
            assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        }
        clock.move(Duration.ofSeconds(29));
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        asked("asked", 1);
        clock.move(Duration.ofSeconds(1));
        answer("asked", Map.of("active", false));
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Refused.class);
        asked("asked", 2);
    }

    @Test
    void goodAnswerCountsNoLongerThanTheToken() {
        Map<String, Object> soon = active();
        soon.put("exp", NOW.plusSeconds(10).getEpochSecond());
        answer("asked", soon);
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        clock.move(Duration.ofSeconds(10));
        answer("asked", Map.of("active", false));
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Refused.class);
    }

    @Test
    void refusalCountsForAMoment() {
        answer("asked", Map.of("active", false));
        for (int i = 0; i < 5; i++) {
            assertThat(authenticate("opaque-1", "asked")).isEqualTo(new Refused(Reason.INVALID, "introspection: not active"));
        }
        asked("asked", 1);
        clock.move(Duration.ofSeconds(5));
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
    }

    @Test
    void operatorMakesItForget() {
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        answer("asked", Map.of("active", false));
        assertThat(issuers.refresh("asked")).isTrue();
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Refused.class);
    }

    static Stream<Arguments> claims() {
        return Stream.of(arguments("not active", "active", false), arguments("another audience", "aud", "web"),
                arguments("no audience", "aud", null), arguments("another issuer's word", "iss", "https://other.example"),
                arguments("issuer null", "iss", 7), arguments("no expiry", "exp", null), arguments("expiry a string", "exp", "1"),
                arguments("not yet valid", "nbf", NOW.plusSeconds(31).getEpochSecond()),
                arguments("issued in the future", "iat", NOW.plusSeconds(31).getEpochSecond()),
                arguments("no subject", "sub", null), arguments("a subject with a line end", "sub", "a\r\nX-User-Roles: admin"),
                arguments("a subject with NUL", "sub", "a\u0000"), arguments("bound to a key", "cnf", Map.of("jkt", "x")),
                arguments("of the kind DPoP", "token_type", "DPoP"), arguments("of a kind that is no text", "token_type", 1),
                arguments("without a claim that the issuer's tokens must have", "client_id", null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void claims(String why, String claim, Object value) {
        Map<String, Object> claims = active();
        claims.put(claim, value);
        if (value == null) {
            claims.remove(claim);
        }
        answer("asked", claims);
        assertThat(authenticate("opaque-1", "asked")).as(why).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.INVALID));
    }

    @Test
    void tellsExpiredFromRefused() {
        Map<String, Object> old = active();
        old.put("exp", NOW.minusSeconds(30).getEpochSecond());
        answer("asked", old);
        assertThat(authenticate("opaque-1", "asked")).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.EXPIRED));
    }

    static Stream<Arguments> outages() {
        String good = JSONObjectUtils.toJSONString(active());
        return Stream.of(arguments("5xx that says active", aResponse().withStatus(500).withBody(good), "status 500"),
                arguments("our secret refused", aResponse().withStatus(401), "status 401"),
                arguments("a redirect", aResponse().withStatus(307).withHeader("Location", "/elsewhere"), "status 307"),
                arguments("no content", aResponse().withStatus(204), "status 204"),
                arguments("created", aResponse().withStatus(201).withBody(good), "status 201"),
                arguments("HTML", aResponse().withBody("<html>"), "introspection: not a JSON object"),
                arguments("empty", aResponse(), "introspection: not a JSON object"),
                arguments("a list", okJson("[" + good + "]"), "introspection: not a JSON object"),
                arguments("a signed answer", aResponse().withBody(valid().signed()), "introspection: not a JSON object"),
                arguments("active as text", okJson("{\"active\":\"true\"}"), "introspection: active is neither"),
                arguments("active as number", okJson("{\"active\":1}"), "introspection: active is neither"),
                arguments("active missing", okJson("{}"), "introspection: active is neither"),
                arguments("active twice", okJson("{\"active\":false," + good.substring(1)), "introspection: not well-formed"),
                arguments("nested endlessly", okJson("{\"active\":" + "[".repeat(20_000)), "introspection: not well-formed"),
                arguments("too large", okJson("{\"x\":\"" + "y".repeat(200_000) + "\"," + good.substring(1)), "IOException"),
                arguments("garbage", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE), ""),
                arguments("a reset connection", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), ""),
                arguments("silence", okJson(good).withFixedDelay(60_000), "no answer in time"),
                arguments("an answer that drips", okJson(good).withChunkedDribbleDelay(20, 60_000), "no answer in time"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void outages(String why, ResponseDefinitionBuilder answer, String error) {
        trust(ClientAuthentication.BASIC, Duration.ofMillis(why.equals("silence") || why.startsWith("an answer") ? 400 : 5000));
        SERVER.stubFor(post("/elsewhere").willReturn(okJson(JSONObjectUtils.toJSONString(active()))));
        SERVER.stubFor(post("/asked").willReturn(answer));
        assertThat(authenticate("opaque-1", "asked")).as(why).isEqualTo(new Unavailable());
        SERVER.verify(0, postRequestedFor(urlEqualTo("/elsewhere")));
        Objects.requireNonNull(Flux.interval(Duration.ZERO, Duration.ofMillis(10))
                .map(_ -> standing().error().orElse("no error yet"))
                .filter(text -> text.startsWith(error) && !text.equals("no error yet")).blockFirst(Duration.ofSeconds(10)));
        assertThat(standing().usable()).isFalse();
        assertThat(standing().toString()).doesNotContain("opaque-1", SECRET);
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).as("an outage is not remembered").isInstanceOf(Proven.class);
        assertThat(standing().usable()).isTrue();
    }

    /// Whoever is asked in vain is not asked by everybody: one request tries, the others are told at once.
    @Test
    void issuerThatIsSilentIsLeftAlone() {
        trust(ClientAuthentication.BASIC, Duration.ofMillis(300));
        SERVER.stubFor(post("/asked").willReturn(aResponse().withFixedDelay(60_000)));
        for (int i = 0; i < 5; i++) {
            assertThat(authenticate("opaque-" + i, "asked")).isEqualTo(new Unavailable());
        }
        awaitStanding(status -> status.nextRefresh().isPresent());
        SERVER.resetRequests();
        for (int i = 0; i < 50; i++) {
            assertThat(authenticate("more-" + i, "asked")).isEqualTo(new Unavailable());
        }
        asked("asked", 0);
        clock.move(Duration.ofSeconds(1));
        assertThat(authenticate("trial", "asked")).isEqualTo(new Unavailable());
        awaitStanding(status -> status.nextRefresh().orElseThrow().equals(clock.instant().plusSeconds(2)));
        assertThat(authenticate("another", "asked")).isEqualTo(new Unavailable());
        asked("asked", 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void issuerThatAnswersATrialIsAskedAgain(int silence) {
        trust(ClientAuthentication.BASIC, Duration.ofSeconds(10));
        SERVER.stubFor(post("/asked").willReturn(aResponse().withStatus(silence)));
        for (int i = 0; i < 5; i++) {
            assertThat(authenticate("opaque-" + i, "asked")).isEqualTo(new Unavailable());
        }
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).as("left alone").isEqualTo(new Unavailable());
        clock.move(Duration.ofSeconds(1));
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        assertThat(authenticate("opaque-2", "asked")).isInstanceOf(Proven.class);
    }

    @Test
    void operatorMayAskAnIssuerThatIsLeftAlone() {
        SERVER.stubFor(post("/asked").willReturn(aResponse().withStatus(503)));
        for (int i = 0; i < 5; i++) {
            authenticate("opaque-" + i, "asked");
        }
        answer("asked", active());
        assertThat(issuers.refresh("asked")).isTrue();
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
    }

    /// Else anybody with odd tokens could cut off all others.
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 413, 429, 500})
    void issuerThatRefusesIsNotSilent(int status) {
        SERVER.stubFor(post("/asked").willReturn(aResponse().withStatus(status)));
        for (int i = 0; i < 20; i++) {
            assertThat(authenticate("odd-" + i, "asked")).isEqualTo(new Unavailable());
        }
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
    }

    private void awaitStanding(Predicate<Issuers.Status> condition) {
        Objects.requireNonNull(Flux.interval(Duration.ZERO, Duration.ofMillis(10)).map(_ -> standing()).filter(condition)
                .blockFirst(Duration.ofSeconds(10)));
    }

    private Issuers.Status standing() {
        return issuers.status().stream().filter(status -> status.id().equals("asked")).findFirst().orElseThrow();
    }

    @Test
    void saysWhoItIsInTheHeader() {
        answer("asked", active());
        authenticate("a+b/c=", "asked");
        SERVER.verify(1, postRequestedFor(urlEqualTo("/asked")) // "gate+way:s3cret%3A+%26%3D%C3%BC", RFC 6749 §2.3.1
                .withHeader("Authorization", equalTo("Basic Z2F0ZSt3YXk6czNjcmV0JTNBKyUyNiUzRCVDMyVCQw=="))
                .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
                .withRequestBody(equalTo("token=a%2Bb%2Fc%3D&token_type_hint=access_token")));
    }

    @Test
    void saysWhoItIsInTheForm() {
        trust(ClientAuthentication.POST, Duration.ofSeconds(5));
        answer("asked", active());
        authenticate("opaque-1", "asked");
        SERVER.verify(1, postRequestedFor(urlEqualTo("/asked")).withoutHeader("Authorization").withRequestBody(
                equalTo("token=opaque-1&token_type_hint=access_token&client_id=gate+way&client_secret=s3cret%3A+%26%3D%C3%BC")));
    }

    @Test
    void secretIsNeverShown() {
        assertThat(specs.toString()).contains("gate way").doesNotContain("s3cret");
    }

    @Test
    void manyRequestsWithOneTokenAskOnce() {
        SERVER.stubFor(post("/asked").willReturn(okJson(JSONObjectUtils.toJSONString(active())).withFixedDelay(300)));
        List<AuthenticationResult> results = Objects.requireNonNull(
                Flux.range(0, 300)
                        .flatMap(_ -> authenticator.authenticate(List.of("Bearer opaque-1"), List.of(), accept("asked"), CLIENT),
                                300)
                        .collectList().block(Duration.ofSeconds(20)));
        assertThat(results).hasSize(300).allMatch(Proven.class::isInstance);
        asked("asked", 1);
    }

    @Test
    void floodOfTokensDoesNotBecomeAFloodOfQuestions() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            AtomicInteger questions = new AtomicInteger();
            Thread.ofVirtual().start(() -> accept(silent, questions));
            flood("http://127.0.0.1:" + silent.getLocalPort());
            assertThat(questions.get()).isBetween(1, 3 * 64); // 64 at once, each for as long as a request waits
        }
    }

    private static void accept(ServerSocket silent, AtomicInteger questions) {
        Deque<Socket> open = new ArrayDeque<>();
        try {
            while (true) {
                open.push(silent.accept());
                questions.incrementAndGet();
            }
        } catch (IOException _) { // the test is over
            assertThat(open).allMatch(Socket::isBound);
        }
    }

    private void flood(String url) {
        IssuerSpec.Introspection how = new IssuerSpec.Introspection(URI.create(url), "gw", new ClientSecret(SECRET),
                ClientAuthentication.BASIC, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(5));
        specs = List.of(new IssuerSpec("asked", ASKED, how, Set.of("api"), Set.of(), Optional.empty(), Duration.ofSeconds(30)),
                specs.getLast());
        issuers.update(specs);
        long begun = System.nanoTime();
        List<AuthenticationResult> results = Objects.requireNonNull(Flux.range(0, 3000)
                .flatMap(i -> authenticator.authenticate(List.of("Bearer random-" + i), List.of(), accept("asked"), CLIENT), 3000)
                .collectList().block(Duration.ofSeconds(30)));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(results).hasSize(3000).allMatch(new Unavailable()::equals);
        assertThat(authenticate(valid().signed(), "asked", "signing")).as("others do not notice").isInstanceOf(Proven.class);
    }

    static Stream<Arguments> whoIsTold() {
        String jwe = "eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn";
        String ofAsked = valid().claim("iss", ASKED).signed(TestKeys.FOREIGN_EC);
        return Stream.of(arguments("an opaque token", "opaque-1", "asked", true),
                arguments("an opaque token where signed ones pass too", "opaque-1", "asked,signing", true),
                arguments("an opaque token with dots", "v2.public.abc", "asked,signing", true),
                arguments("a signed token of the issuer that is asked", ofAsked, "asked,signing", true),
                arguments("an encrypted token where nobody else's pass", jwe, "asked", true),
                arguments("an encrypted token where signed ones pass too", jwe, "asked,signing", false),
                arguments("another issuer's token", valid().signed(), "asked,signing", false),
                arguments("another issuer's token, here not accepted", valid().signed(), "asked", false),
                arguments("another issuer's token, spelled wrong", valid().signed() + "=", "asked,signing", false),
                arguments("a token of nobody we know", valid().claim("iss", "https://x").signed(), "asked", false),
                arguments("an opaque token where none is asked", "opaque-1", "signing", false),
                arguments("a signed token of an issuer that this route does not take", ofAsked, "signing", false),
                arguments("something that is no token", "opaque\"1", "asked", false),
                arguments("nothing", "", "asked", false), arguments("too long a token", "x".repeat(8193), "asked", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whoIsTold(String why, String token, String accepted, boolean told) {
        answer("asked", active());
        answer("other", active());
        authenticate(token, accepted.split(",", -1));
        asked("asked", told ? 1 : 0);
        asked("other", 0);
    }

    @Test
    void oneIssuersAnswerIsNotAnothers() {
        answer("asked", active());
        answer("other", Map.of("active", false));
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        assertThat(authenticate("opaque-1", "other")).isInstanceOf(Refused.class);
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        answer("other", active());
        answer("asked", Map.of("active", false));
        clock.move(Duration.ofSeconds(30));
        assertThat(authenticate("opaque-1", "other")).isInstanceOf(Proven.class);
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Refused.class);
    }

    @Test
    void routeThatCouldMeanTwoIssuersIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> accept("asked", "other"))
                .withMessageContaining("at most one issuer with introspection");
    }

    @Test
    void rememberedAnswerEndsWithItsSession() {
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        revocations.revoke("s-1", NOW.plusSeconds(400));
        assertThat(authenticate("opaque-1", "asked")).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.REVOKED));
    }

    @Test
    void rememberedAnswerEndsWithTheConditions() {
        answer("asked", active());
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        trust(ClientAuthentication.POST, Duration.ofSeconds(5));
        assertThat(authenticate("opaque-1", "asked")).isInstanceOf(Proven.class);
        asked("asked", 2);
    }

    @Test
    void opaqueTokenMayComeInItsCookie() {
        answer("asked", active());
        assertThat(authenticator.authenticate(List.of(), List.of("opaque=opaque-1"), accept("asked"), CLIENT).block())
                .isInstanceOfSatisfying(Proven.class, proven -> assertThat(proven.source()).isEqualTo(Source.COOKIE));
    }

    private static Map<String, Object> active() {
        Map<String, Object> claims = new LinkedHashMap<>(Map.of("active", true, "sub", "alice", "aud", "api", "scope", "a b",
                "client_id", "app", "token_type", "Bearer", "sid", "s-1"));
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.plusSeconds(300).getEpochSecond());
        return claims;
    }

    private static void answer(String issuer, Map<String, Object> claims) {
        SERVER.stubFor(post("/" + issuer).willReturn(okJson(JSONObjectUtils.toJSONString(claims))));
    }

    private static void asked(String issuer, int times) {
        SERVER.verify(times, postRequestedFor(urlEqualTo("/" + issuer)));
    }

    private AcceptedIssuers accept(String... ids) {
        return AcceptedIssuers.among(specs, Set.of(ids));
    }

    private AuthenticationResult authenticate(String token, String... ids) {
        return Objects.requireNonNull(
                authenticator.authenticate(List.of("Bearer " + token), List.of(), accept(ids), CLIENT)
                        .block(Duration.ofSeconds(10)));
    }
}
