package dev.gatehouse.gateway.authentication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Proven;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Refused;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Unavailable;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// A real key server on loopback, well and badly behaved.
class KeyServerTests {

    private static final String CLIENT = "192.0.2.1";
    private static final WireMockServer SERVER = new WireMockServer(
            WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));

    private static final AcceptedIssuers ANY = new AcceptedIssuers(Set.of("gatehouse"), Optional.empty(), List.of(),
            CookieNames.NONE);

    private final MovableClock clock = new MovableClock(NOW);
    private final Issuers issuers = Issuers.create(clock, Optional.empty());
    private final BearerTokenAuthenticator authenticator = new BearerTokenAuthenticator(issuers, new Revocations(clock), clock);

    @BeforeAll
    static void start() {
        SERVER.start();
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        try (Issuers first = Issuers.create(new MovableClock(NOW), Optional.empty())) { // loads what the first fetch of a JVM has to load
            first.update(List.of(spec("api")));
            await(() -> first.status().getFirst().usable());
        }
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @BeforeEach
    void reset() {
        SERVER.resetAll();
    }

    @AfterEach
    void close() {
        issuers.close();
    }

    @Test
    void firstRequestWaitsForTheFirstFetch() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)).withFixedDelay(200));
        trust();
        assertThat(authenticate(valid().signed())).isInstanceOf(Proven.class);
    }

    @Test
    void newKeyWorksAtOnceAndTheOldOneDies() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        trust();
        String old = valid().signed();
        assertThat(authenticate(old)).isInstanceOf(Proven.class);
        var next = TestKeys.ec("ec-2");
        serve(okJson(TestKeys.jwks(next)));
        assertThat(authenticate(valid().header("kid", "ec-2").signed(next))).isInstanceOf(Proven.class);
        assertThat(authenticate(old)).isInstanceOf(Refused.class);
    }

    @Test
    void oldKeyDiesThoughTheNewOneIsNotUsedHere() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        trust();
        String old = valid().signed();
        assertThat(authenticate(old)).isInstanceOf(Proven.class);
        serve(okJson(TestKeys.jwks(TestKeys.rsa("weak", 1024))));
        assertThat(authenticate(valid().header("kid", "ec-2").signed())).isInstanceOf(Refused.class); // asks for the keys
        assertThat(authenticate(old)).isInstanceOf(Refused.class);
    }

    @Test
    void randomKeyIdsCauseOneFetch() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)).withFixedDelay(20));
        trust();
        String good = valid().signed();
        assertThat(authenticate(good)).isInstanceOf(Proven.class);
        String signed = good.substring(good.indexOf('.')); // nobody gets as far as the signature
        List<AuthenticationResult> results = Objects.requireNonNull(Flux.range(0, 10_000)
                .map(_ -> TestTokens.encode("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"" + UUID.randomUUID() + "\"}")
                        + signed)
                .flatMap(token -> authenticator.authenticate(List.of("Bearer " + token), List.of(), ANY, CLIENT), 200)
                .collectList().block(Duration.ofSeconds(60)));
        assertThat(results).hasSize(10_000)
                .allMatch(result -> result.equals(new Refused(Reason.INVALID, "header kid: no such key")));
        assertThat(authenticate(good)).isInstanceOf(Proven.class);
        SERVER.verify(2, getRequestedFor(urlPathEqualTo("/keys"))); // the first and one more
    }

    @Test
    void asksAgainForUnknownKeyAfterHalfAMinute() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        trust();
        var next = TestKeys.ec("ec-2");
        String token = valid().header("kid", "ec-2").signed(next);
        assertThat(authenticate(token)).isInstanceOf(Refused.class);
        serve(okJson(TestKeys.jwks(TestKeys.EC, next)));
        assertThat(authenticate(token)).isInstanceOf(Refused.class);
        clock.move(Duration.ofSeconds(29));
        assertThat(authenticate(token)).as("still, and asking does not prolong it").isInstanceOf(Refused.class);
        clock.move(Duration.ofSeconds(1));
        assertThat(authenticate(token)).isInstanceOf(Proven.class);
    }

    static Stream<Arguments> outages() {
        return Stream.of(arguments("5xx", aResponse().withStatus(503).withBody("{}"), "status 503"),
                arguments("5xx that holds keys", aResponse().withStatus(500).withBody(TestKeys.jwks(TestKeys.FOREIGN_EC)),
                        "status 500"),
                arguments("404", aResponse().withStatus(404), "status 404"),
                arguments("no content", aResponse().withStatus(204), "status 204"),
                arguments("HTML", aResponse().withBody("<html><title>login</title></html>"), "key set: not a JSON object"),
                arguments("an empty body", aResponse(), "key set: not a JSON object"),
                arguments("no keys", okJson("{\"keys\":[]}"), "key set: no key at all"),
                arguments("a body too large", okJson("{\"keys\":[],\"x\":\"" + "y".repeat(8_000_000) + "\"}"),
                        "longer than 512 KiB"),
                arguments("garbage", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE), "broken answer"),
                arguments("garbage after the headers", aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK), "broken answer"),
                arguments("a reset connection", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), "broken answer"),
                arguments("an empty answer", aResponse().withFault(Fault.EMPTY_RESPONSE), "broken answer"),
                arguments("a redirect", aResponse().withStatus(302).withHeader("Location", "/elsewhere"), "status 302"),
                arguments("a body that drips", okJson(TestKeys.jwks(TestKeys.FOREIGN_EC)).withChunkedDribbleDelay(50, 60_000),
                        "no answer in time"),
                arguments("silence", okJson(TestKeys.jwks(TestKeys.FOREIGN_EC)).withFixedDelay(60_000), "no answer in time"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void outages(String why, ResponseDefinitionBuilder answer, String error) {
        serve(okJson(TestKeys.jwks(TestKeys.EC)).withFixedDelay(20)); // so that the first request waits until that attempt is over
        SERVER.stubFor(get(urlEqualTo("/elsewhere")).willReturn(okJson(TestKeys.jwks(TestKeys.FOREIGN_EC))));
        trust();
        assertThat(authenticate(valid().signed())).isInstanceOf(Proven.class);
        serve(answer);
        String unknown = valid().header("kid", "ec-2").signed();
        long begun = System.nanoTime();
        assertThat(authenticate(unknown)).as(why).isInstanceOf(Refused.class); // by the keys at hand, after two seconds at most
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
        assertThat(authenticate(valid().signed())).as(why).isInstanceOf(Proven.class);
        assertThat(authenticate(valid().signed(TestKeys.FOREIGN_EC))).as(why).isInstanceOf(Refused.class);
        await(() -> issuers.status().getFirst().error().filter(reason -> reason.startsWith(error)).isPresent());
        SERVER.verify(0, getRequestedFor(urlPathEqualTo("/elsewhere")));
    }

    @Test
    void startsWithoutTheIssuerAndRecoversWhenItComes() {
        serve(aResponse().withStatus(503));
        trust();
        assertThat(authenticate(valid().signed())).isEqualTo(new Unavailable());
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        clock.move(Duration.ofSeconds(1)); // a request in need does not wait for the pause to end
        assertThat(authenticate(valid().signed())).isInstanceOf(Proven.class);
    }

    @Test
    void nobodyThereIsAnOutageLikeAnyOther() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        issuers.update(List.of(at("http://127.0.0.1:" + port + "/keys")));
        assertThat(authenticate(valid().signed())).isEqualTo(new Unavailable());
        assertThat(issuers.status().getFirst().error()).contains("no connection");
    }

    @Test
    void endlessAnswerIsNotReadToItsEnd() throws IOException {
        AtomicLong sent = new AtomicLong();
        HttpServer endless = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endless.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[64 * 1024];
            while (sent.get() < 100_000_000) {
                exchange.getResponseBody().write(part);
                sent.addAndGet(part.length);
            }
        });
        endless.start();
        try {
            issuers.update(List.of(at("http://127.0.0.1:" + endless.getAddress().getPort() + "/keys")));
            assertThat(authenticate(valid().signed())).isEqualTo(new Unavailable());
            await(() -> issuers.status().getFirst().error().equals(Optional.of("longer than 512 KiB")));
            assertThat(sent.get()).isLessThan(20_000_000); // what the sockets' buffers hold, not 100 MB
        } finally {
            endless.stop(0);
        }
    }

    private static IssuerSpec at(String url) {
        return new IssuerSpec("gatehouse", TestTokens.ISSUER, URI.create(url), Set.of("api"), Set.of("ES256"), Set.of("at+jwt"),
                Duration.ofSeconds(30));
    }

    @Test
    void deadKeyServerFailsNoValidRequestUntilMaxStale() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        trust();
        String longLived = valid().claim("exp", NOW.plus(Duration.ofHours(3)).getEpochSecond()).signed();
        assertThat(authenticate(longLived)).isInstanceOf(Proven.class);
        serve(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        assertThat(issuers.refresh("gatehouse")).isTrue();
        for (int minute = 0; minute < 59; minute++) {
            clock.move(Duration.ofMinutes(1));
            assertThat(authenticate(longLived)).as("minute " + minute).isInstanceOf(Proven.class);
            assertThat(authenticate(valid().claim("exp", NOW.plus(Duration.ofHours(3)).getEpochSecond())
                    .claim("jti", "new-" + minute).signed())).as("minute " + minute).isInstanceOf(Proven.class);
        }
        clock.move(Duration.ofMinutes(1));
        assertThat(authenticate(longLived)).as("rather than guessing").isEqualTo(new Unavailable());
    }

    @Test
    void lastGoodKeysSurviveARestart(@TempDir Path folder) throws IOException {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        String token = valid().claim("exp", NOW.plus(Duration.ofHours(3)).getEpochSecond()).signed();
        Path state = Files.createDirectory(folder.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Issuers before = Issuers.create(clock, Optional.of(state))) {
            before.update(List.of(spec("api")));
            await(() -> !folderIsEmpty(state));
        }
        serve(aResponse().withStatus(503));
        clock.move(Duration.ofMinutes(59));
        try (Issuers after = Issuers.create(clock, Optional.of(state))) {
            BearerTokenAuthenticator restarted = new BearerTokenAuthenticator(after, new Revocations(clock), clock);
            after.update(List.of(spec("api")));
            assertThat(restarted.authenticate(List.of("Bearer " + token), List.of(), ANY, CLIENT).block())
                    .isInstanceOf(Proven.class);
            clock.move(Duration.ofMinutes(1)); // max-stale counts from the last good answer, not from the start
            assertThat(restarted.authenticate(List.of("Bearer " + token), List.of(), ANY, CLIENT).block())
                    .isEqualTo(new Unavailable());
        }
    }

    private static boolean folderIsEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.noneMatch(file -> file.toString().endsWith(".json"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void longerMaxStaleHelpsDuringAnOutage() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        trust();
        String token = valid().claim("exp", NOW.plus(Duration.ofHours(9)).getEpochSecond()).signed();
        assertThat(authenticate(token)).isInstanceOf(Proven.class);
        serve(aResponse().withStatus(503));
        clock.move(Duration.ofHours(2));
        assertThat(authenticate(token)).isEqualTo(new Unavailable());
        IssuerSpec.Signature proof = (IssuerSpec.Signature) spec("api").proof();
        issuers.update(List.of(new IssuerSpec("gatehouse", TestTokens.ISSUER,
                new IssuerSpec.Signature(proof.jwks(), proof.algorithms(), proof.types(), Duration.ofHours(3)), Set.of("api"),
                Set.of(), Optional.empty(), Duration.ofSeconds(30))));
        assertThat(authenticate(token)).isInstanceOf(Proven.class);
    }

    @Test
    void neverAsksWhereTheTokenPoints() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        trust();
        String elsewhere = SERVER.url("/elsewhere");
        assertThat(authenticate(valid().header("jku", elsewhere).signed())).isInstanceOf(Refused.class);
        assertThat(authenticate(valid().header("x5u", elsewhere).header("kid", "ec-2").signed())).isInstanceOf(Refused.class);
        assertThat(authenticate(valid().header("kid", elsewhere).signed())).isInstanceOf(Refused.class);
        SERVER.verify(0, getRequestedFor(urlPathEqualTo("/elsewhere")));
    }

    @Test
    void keepsKeysOfAnIssuerWhoseConditionsChange() {
        serve(okJson(TestKeys.jwks(TestKeys.EC)));
        trust();
        assertThat(authenticate(valid().signed())).isInstanceOf(Proven.class);
        serve(aResponse().withStatus(503));
        issuers.update(List.of(spec("web")));
        assertThat(authenticate(valid().signed())).isInstanceOf(Refused.class);
        assertThat(authenticate(valid().claim("aud", "web").signed())).isInstanceOf(Proven.class);
        SERVER.verify(1, getRequestedFor(urlPathEqualTo("/keys")));
    }

    private static void serve(ResponseDefinitionBuilder answer) {
        SERVER.stubFor(get(urlEqualTo("/keys")).willReturn(answer));
    }

    private void trust() {
        issuers.update(List.of(spec("api")));
    }

    private static IssuerSpec spec(String audience) {
        return new IssuerSpec("gatehouse", TestTokens.ISSUER, URI.create(SERVER.url("/keys")), Set.of(audience), Set.of("ES256"),
                Set.of("at+jwt"), Duration.ofSeconds(30));
    }

    private static void await(BooleanSupplier condition) {
        Objects.requireNonNull(
                Flux.interval(Duration.ZERO, Duration.ofMillis(10)).map(_ -> condition.getAsBoolean()).filter(met -> met)
                        .blockFirst(Duration.ofSeconds(20)));
    }

    private AuthenticationResult authenticate(String token) {
        return Objects.requireNonNull(
                authenticator.authenticate(List.of("Bearer " + token), List.of(), ANY, CLIENT).block(Duration.ofSeconds(10)));
    }
}
