package dev.gatehouse.gateway.authentication.introspection;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.Disposables;

import dev.gatehouse.gateway.authentication.ClientSecret;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.MovableClock;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;
import dev.gatehouse.gateway.pipeline.LogLines;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;

/// How often an issuer is asked, and what is made of its answers. Questions are asked on the thread of whoever wants to know, unless a test says else.
class IntrospectorTests {

    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration PATIENT = Duration.ofMinutes(1);
    private static final String CLIENT = "192.0.2.1";
    private static final String NOBODY = "http://127.0.0.1:1/";
    private static final String ACTIVE = "{\"active\":true,\"sub\":\"alice\",\"aud\":\"api\",\"exp\":"
            + NOW.plusSeconds(300).getEpochSecond() + "}";
    private static final Introspected UNAVAILABLE = new Introspected.Unavailable();

    private final MovableClock clock = new MovableClock(NOW);
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private volatile String body = ACTIVE;
    private volatile boolean drips;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void close() {
        over.countDown();
        server.stop(0);
        client.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status.get(), bytes.length + (drips ? 1 : 0));
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
            out.flush();
            if (drips) {
                awaitEnd();
            }
        }
    }

    @Test
    void remembersEachAnswerForItsTime() {
        Introspector introspector = there();
        assertThat(ask(introspector, "good")).isInstanceOf(Introspected.Active.class);
        assertThat(introspector.standing()).isEqualTo(
                new Introspector.Standing(Optional.of(NOW), Optional.empty(), Optional.empty()));
        body = "{\"active\":false}";
        assertThat(ask(introspector, "bad")).isEqualTo(new Introspected.Inactive("introspection: not active"));
        body = ACTIVE.replaceFirst("\"exp\":[0-9]+", "\"exp\":" + NOW.minusSeconds(60).getEpochSecond());
        assertThat(ask(introspector, "old")).isEqualTo(new Introspected.Expired());
        assertThat(asked).hasValue(3);

        assertThat(ask(introspector, "bad")).isEqualTo(new Introspected.Inactive("introspection: not active"));
        assertThat(ask(introspector, "old")).isEqualTo(new Introspected.Expired());
        assertThat(asked).hasValue(3);
        clock.move(Duration.ofSeconds(5)); // as long as refusals count
        assertThat(ask(introspector, "bad")).isEqualTo(new Introspected.Expired());
        assertThat(ask(introspector, "good")).isInstanceOf(Introspected.Active.class);
        assertThat(asked).hasValue(4);
        clock.move(Duration.ofSeconds(25));
        assertThat(ask(introspector, "good")).isEqualTo(new Introspected.Expired());
        introspector.forget();
        assertThat(ask(introspector, "good")).isEqualTo(new Introspected.Expired());
        assertThat(asked).hasValue(6);
    }

    @Test
    void goodAnswerCountsNoLongerThanItsToken() {
        body = ACTIVE.replaceFirst("\"exp\":[0-9]+", "\"exp\":" + NOW.plusSeconds(10).getEpochSecond());
        Introspector introspector = there();
        assertThat(ask(introspector, "t")).isInstanceOf(Introspected.Active.class);
        clock.move(Duration.ofSeconds(10));
        body = "{\"active\":false}";
        assertThat(ask(introspector, "t")).isInstanceOf(Introspected.Inactive.class);
    }

    @ParameterizedTest
    @CsvSource({"201, status 201", "401, status 401", "503, status 503"})
    void takesNothingButA200(int code, String error) {
        status.set(code);
        Introspector introspector = there();
        assertThat(ask(introspector, "t")).isEqualTo(UNAVAILABLE);
        assertThat(introspector.standing().error()).contains(error);
        status.set(200);
        assertThat(ask(introspector, "t")).isInstanceOf(Introspected.Active.class);
        assertThat(introspector.standing().error()).isEmpty();
    }

    @Test
    void saysWhyThereIsNoAnswer() {
        Introspector nobody = introspector(NOBODY, PATIENT, Runnable::run, clock);
        assertThat(ask(nobody, "t")).isEqualTo(UNAVAILABLE);
        assertThat(nobody.standing().error()).contains("ConnectException");

        body = "x".repeat(64 * 1024 + 1);
        Introspector tooLong = there();
        assertThat(ask(tooLong, "t")).isEqualTo(UNAVAILABLE);
        assertThat(tooLong.standing().error()).contains("IOException");

        body = "<html>";
        Introspector unusable = there();
        assertThat(ask(unusable, "t")).isEqualTo(UNAVAILABLE);
        assertThat(unusable.standing().error()).contains("introspection: not a JSON object");
    }

    @Test
    void waitsForNoAnswerThatDrips() {
        drips = true;
        Introspector introspector = introspector(url(), Duration.ofMillis(200), Runnable::run, clock);
        assertThat(ask(introspector, "t")).isEqualTo(UNAVAILABLE);
        assertThat(introspector.standing().error()).contains("no answer in time");
    }

    /// What a proxy says in the issuer's place is silence, any other refusal is not.
    @ParameterizedTest
    @CsvSource({"500, false", "501, false", "502, true", "503, true", "504, true", "505, false"})
    void leavesAloneWhoIsSilent(int code, boolean leftAlone) {
        status.set(code);
        Introspector introspector = there();
        for (int i = 0; i < 5; i++) {
            assertThat(ask(introspector, "t-" + i)).isEqualTo(UNAVAILABLE);
        }
        assertThat(introspector.standing().leftAloneUntil().isPresent()).isEqualTo(leftAlone);
        assertThat(ask(introspector, "another")).isEqualTo(UNAVAILABLE);
        assertThat(asked).hasValue(leftAlone ? 5 : 6);

        introspector.forget();
        status.set(200);
        assertThat(ask(introspector, "another")).isInstanceOf(Introspected.Active.class);
    }

    @Test
    void tellsOfAnOutageOnceAndOnceOfItsEnd() {
        Introspector introspector = there();
        try (LogLines log = LogLines.of(Introspector.class)) {
            ask(introspector, "good-1");
            status.set(503);
            for (int i = 0; i < 5; i++) {
                ask(introspector, "t-" + i);
            }
            clock.move(Duration.ofSeconds(1));
            ask(introspector, "trial");
            assertThat(log.matching(_ -> true)).containsExactly(
                    "WARN Issuer does not answer about tokens [issuer=\"asked\", reason=\"status 503\"]",
                    "WARN Issuer is left alone; its tokens get no judgement until it answers again [issuer=\"asked\"]");
            clock.move(Duration.ofSeconds(2));
            status.set(200);
            ask(introspector, "good-2");
            ask(introspector, "good-3");
            assertThat(log.matching(_ -> true)).hasSize(3).last()
                    .isEqualTo("INFO Issuer answers about tokens again [issuer=\"asked\"]");
        }
    }

    /// More than may be asked at once.
    @Test
    void questionsThatWereAnsweredTakeNobodysPlace() {
        Introspector introspector = introspector(url(), LONG.minusSeconds(2), Runnable::run, clock);
        for (int i = 0; i <= Endpoint.MAX_AT_ONCE; i++) {
            assertThat(ask(introspector, "t-" + i)).isInstanceOf(Introspected.Active.class);
        }
    }

    @Test
    void asksAboutOneTokenOnceAtATime() {
        List<Runnable> questions = new ArrayList<>();
        Introspector introspector = introspector(url(), PATIENT, questions::add, clock);
        CompletableFuture<Introspected> first = introspector.ask(TokenDigest.of("t"), "t", CLIENT).toFuture();
        CompletableFuture<Introspected> second = introspector.ask(TokenDigest.of("t"), "t", CLIENT).toFuture();
        assertThat(questions).hasSize(1);
        questions.getFirst().run();
        assertThat(first).succeedsWithin(LONG).isInstanceOf(Introspected.Active.class);
        assertThat(second).succeedsWithin(LONG).isInstanceOf(Introspected.Active.class);
        assertThat(asked).hasValue(1);
    }

    @Test
    void asksAboutAThousandTokensInAllAndNoMore() {
        List<Runnable> questions = new ArrayList<>();
        Introspector introspector = introspector(NOBODY, PATIENT, questions::add, clock);
        Disposable.Composite waiting = Disposables.composite();
        for (int i = 0; i < Introspector.MAX_OPEN; i++) {
            waiting.add(introspector.ask(TokenDigest.of("t-" + i), "t", "client " + i % 4).subscribe());
        }
        assertThat(ask(introspector, "one too many")).isEqualTo(UNAVAILABLE);
        assertThat(questions).hasSize(Introspector.MAX_OPEN);

        questions.getFirst().run();
        waiting.add(introspector.ask(TokenDigest.of("one too many"), "t", CLIENT).subscribe());
        assertThat(questions).as("in the place of the one that has ended").hasSize(Introspector.MAX_OPEN + 1);
        waiting.dispose();
    }

    /// A client alone has half of them, and beside others a quarter in any case.
    @Test
    void asksForOneClientAboutWhatLeavesOthersTheirShare() {
        List<Runnable> questions = new ArrayList<>();
        Introspector introspector = introspector(NOBODY, PATIENT, questions::add, clock);
        Disposable.Composite waiting = Disposables.composite();
        for (int i = 0; i < 2 * Shares.MAX_OPEN; i++) {
            waiting.add(introspector.ask(TokenDigest.of("t-" + i), "t", CLIENT).subscribe());
        }
        assertThat(ask(introspector, "one too many")).isEqualTo(UNAVAILABLE);
        assertThat(questions).hasSize(500);
        assertThat(introspector.standing().error()).as("the issuer is not to blame").isEmpty();

        for (int i = 0; i < Shares.MAX_OPEN; i++) {
            waiting.add(introspector.ask(TokenDigest.of("another-" + i), "t", "another").subscribe());
        }
        assertThat(questions).as("another client's").hasSize(750);
        assertThat(ask(introspector, "another one too many", "another")).isEqualTo(UNAVAILABLE);
        questions.get(500).run();
        waiting.add(introspector.ask(TokenDigest.of("and one"), "t", "another").subscribe());
        assertThat(questions).as("in the place of one that has ended").hasSize(751);
        waiting.dispose();
    }

    /// While an issuer is slow, who asks it about tokens that nobody knows has half of the places, and the others are not held up.
    @Test
    void floodOfOneClientKeepsNobodyElseFromAnAnswer() throws Exception {
        CountDownLatch full = new CountDownLatch(Shares.MAX_AT_ONCE + Shares.SPARE_AT_ONCE);
        AtomicInteger flood = new AtomicInteger();
        HttpServer slow = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        slow.createContext("/", exchange -> {
            if (new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII).startsWith("token=flood")) {
                flood.incrementAndGet();
                full.countDown();
                awaitEnd();
            }
            answer(exchange);
        });
        try (ExecutorService answering = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                slow.setExecutor(answering);
                slow.start();
                Introspector introspector = introspector("http://127.0.0.1:" + slow.getAddress().getPort() + "/", PATIENT, asking,
                        clock);
                List<CompletableFuture<Introspected>> waiting = new ArrayList<>();
                for (int i = 0; i < Shares.MAX_OPEN; i++) {
                    waiting.add(introspector.ask(TokenDigest.of("flood-" + i), "flood-" + i, "flooding").toFuture());
                }
                assertThat(full.await(5, TimeUnit.SECONDS)).isTrue();

                assertThat(ask(introspector, "good", "another")).isInstanceOf(Introspected.Active.class);
                assertThat(flood).hasValue(Shares.MAX_AT_ONCE + Shares.SPARE_AT_ONCE);
                assertThat(waiting).noneMatch(CompletableFuture::isDone);
                over.countDown();
                assertThat(waiting)
                        .allSatisfy(each -> assertThat(each).succeedsWithin(LONG).isInstanceOf(Introspected.Active.class));
            } finally {
                over.countDown(); // ahead of the executors, which wait for their threads
            }
        } finally {
            slow.stop(0);
        }
    }

    /// The thread of an event loop keeps its requests, whoever brings the answer.
    @Test
    void answersOnTheLoopThatAsked() throws Exception {
        try (EventLoop loop = new DefaultEventLoop(); ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            Introspector introspector = introspector(url(), PATIENT, asking, clock);
            CompletableFuture<Boolean> atHome = new CompletableFuture<>();
            loop.execute(() -> introspector.ask(TokenDigest.of("token"), "token", CLIENT)
                    .subscribe(_ -> atHome.complete(loop.inEventLoop())));
            assertThat(atHome).succeedsWithin(LONG).isEqualTo(true);
        }
    }

    private void awaitEnd() throws IOException {
        try {
            over.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /// Else whoever fills its own share could have the issuer given up for all.
    @Test
    void whoWaitsInVainForItsOwnShareSaysNothingOfTheIssuer() throws Exception {
        Endpoint endpoint = new Endpoint("asked", how(url(), Duration.ofMillis(1)), client, clock);
        Shares.Share share = new Shares().enter(CLIENT).orElseThrow();
        for (int i = 0; i < Shares.MAX_AT_ONCE + Shares.SPARE_AT_ONCE; i++) {
            assertThat(share.begin(Duration.ZERO)).isTrue();
        }
        for (int i = 0; i < 2 * Patience.FAILURES; i++) {
            assertThat(endpoint.ask("t", Patience.Leave.GRANTED, share)).isEmpty();
        }
        assertThat(endpoint.patience().leave()).isEqualTo(Patience.Leave.GRANTED);
        assertThat(asked).hasValue(0);
    }

    /// What one client has borrowed is there for the next as soon as it is given back, and what is its own is kept for it.
    @Test
    void placesThatAreSpareGoRound() throws Exception {
        Shares shares = new Shares();
        Shares.Share one = shares.enter("one").orElseThrow();
        Shares.Share other = shares.enter("other").orElseThrow();
        for (int round = 0; round < 2; round++) {
            for (Shares.Share share : List.of(one, other)) {
                int places = 0;
                while (share.begin(Duration.ZERO)) {
                    places++;
                }
                assertThat(places).isEqualTo(share == one ? Shares.MAX_AT_ONCE + Shares.SPARE_AT_ONCE : Shares.MAX_AT_ONCE);
            }
            for (int i = 0; i < Shares.MAX_AT_ONCE + Shares.SPARE_AT_ONCE; i++) {
                one.end();
            }
            for (int i = 0; i < Shares.MAX_AT_ONCE; i++) {
                other.end();
            }
        }
    }

    @Test
    void clientsWithoutQuestionsAreForgotten() {
        Shares shares = new Shares();
        for (int i = 0; i < 3; i++) {
            shares.enter("a");
            shares.enter("b");
        }
        assertThat(shares.clients()).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            assertThat(shares.clients()).isEqualTo(2);
            shares.leave("a");
        }
        assertThat(shares.clients()).isEqualTo(1);
        shares.leave("b");
        assertThat(shares.clients()).isEqualTo(1);
    }

    @Test
    void asksNobodyWhileTheGatewayStops() {
        Introspector introspector = introspector(url(), PATIENT, _ -> {
            throw new RejectedExecutionException();
        }, clock);
        assertThat(ask(introspector, "t")).isEqualTo(UNAVAILABLE);
        assertThat(introspector.standing().error()).isEmpty();
        assertThat(asked).hasValue(0);
    }

    @Test
    void whoIsInterruptedWhileItWaitsStaysSo() {
        Introspector introspector = there();
        Thread.currentThread().interrupt();
        CompletableFuture<Introspected> answer = introspector.ask(TokenDigest.of("t"), "t", CLIENT).toFuture();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(answer).succeedsWithin(LONG).isEqualTo(UNAVAILABLE);
        assertThat(introspector.standing().error()).as("the issuer is not to blame").isEmpty();
    }

    @Test
    void bugIsNoJudgement() {
        AtomicBoolean broken = new AtomicBoolean();
        InstantSource source = () -> {
            if (broken.get()) {
                throw new IllegalStateException("no time");
            }
            return NOW;
        };
        Introspector introspector = introspector(url(), PATIENT, task -> {
            broken.set(true);
            task.run();
        }, source.withZone(ZoneOffset.UTC));
        try (LogLines log = LogLines.of(Introspector.class)) {
            assertThat(ask(introspector, "t")).isEqualTo(UNAVAILABLE);
            assertThat(log.matching(line -> line.startsWith("ERROR Token not introspected"))).hasSize(1);
        }
        assertThat(introspector.standing().error()).contains("IllegalStateException");
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private Introspector there() {
        return introspector(url(), PATIENT, Runnable::run, clock);
    }

    private static IssuerSpec.Introspection how(String url, Duration timeout) {
        return new IssuerSpec.Introspection(URI.create(url), "gateway", new ClientSecret("secret"),
                IssuerSpec.ClientAuthentication.BASIC, timeout, Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    private Introspector introspector(String url, Duration timeout, Executor threads, Clock time) {
        IssuerSpec.Introspection how = how(url, timeout);
        return new Introspector(new IssuerSpec("asked", "https://asked.example", how, Set.of("api"), Set.of(), Optional.empty(),
                Duration.ofSeconds(30)), how, new Introspector.Means(client, threads, time));
    }

    private static Introspected ask(Introspector introspector, String token) {
        return ask(introspector, token, CLIENT);
    }

    private static Introspected ask(Introspector introspector, String token, String client) {
        return introspector.ask(TokenDigest.of(token), token, client).block(LONG);
    }
}
