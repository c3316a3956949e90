package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.ECKey;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.pipeline.JarGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// One fault after the other while clients ask steadily: none costs more requests than it must, none leaves a connection, a thread or a buffer behind, and
/// nobody has to help the gateway up again. Every bound holds on a machine that is busy with other things.
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsUnderLoadIT {

    private static final int CLIENTS = 8;
    private static final Duration PACE = Duration.ofMillis(10);
    // The route's second, and what a busy machine adds.
    private static final Duration LONGEST = Duration.ofSeconds(5);
    // A breaker rests five seconds, and once more if the last who probed came too early.
    private static final Duration BACK = Duration.ofSeconds(15);
    // Many times what a decision of a limit may wait; of a hundred requests so many may meet a pause of the machine's.
    private static final Duration STALLED = Duration.ofMillis(250);
    private static final int STALLED_PERCENT = 5;
    // One a second asks whether Redis is there again.
    private static final Duration PROBES = Duration.ofSeconds(4);
    private static final int TIGHT = 20;
    private static final Path FIGURES = Path.of("target", "faults.md");
    // More than a breaker needs to open.
    private static final int NEW_CONNECTIONS = 40;
    private static final int IDLE = 5_000;
    private static final int TRICKLES = 200;
    private static final int SOCKETS = 100;
    private static final int SHARED = 5_000;
    private static final ECKey LATER = TestKeys.ec("ec-2");
    private static final Set<String> NONE = Set.of();
    private static final int ANY = 100;
    // A busy machine may take longer than the route's second to notice.
    private static final Set<String> DEAD = Set.of("502 upstream.unreachable", "502 upstream.bad_response", "503 upstream.open",
            "504 upstream.timeout");
    private static final int UPLOADS = 2;
    private static final int UPLOAD = 64 * 1024;
    private static final int STREAMS = 4;

    private final Redis redis = Redis.temporary();
    private final SlowWire wire = SlowWire.to(redis.port());
    private final Backend well = Backend.start();
    private final Backend faulty = Backend.start();
    private final List<Backend> half = List.of(Backend.start(), Backend.start());
    private final Backend keys = Backend.answering(TestKeys.jwks(TestKeys.EC));
    private final List<String> tokens = IntStream.range(0, 200).mapToObj(i -> token("user-" + i, TestKeys.EC)).toList();
    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, String> settings = Map.of("REDIS_URL", "redis://127.0.0.1:" + wire.port(),
            "GATEHOUSE_HEADER_TIMEOUT", "3s", "GATEHOUSE_DRAIN_GRACE", "3s",
            "GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", Integer.toString(2 * IDLE),
            // What the machine does beside the tests is no overload of the gateway's.
            "GATEHOUSE_SHED_DELAY", "1h", "JAVA_TOOL_OPTIONS",
            "-Dio.netty.leakDetection.level=paranoid");
    private JarGateway gateway;
    private Vitals vitals;

    @BeforeAll
    void start() throws InterruptedException {
        gateway = JarGateway.start(routes(), settings);
        for (String path : List.of("/well", "/faulty", "/half", "/limited", "/signed")) {
            try (SteadyLoad load = load(path)) {
                load.awaitWell(200);
                load.end();
            }
        }
        vitals = Vitals.of(gateway);
    }

    @AfterAll
    void stop() throws Exception {
        try {
            Vitals.assertNoBufferLost(gateway);
        } finally {
            gateway.close();
            Stream.concat(half.stream(), Stream.of(well, faulty, keys)).forEach(Backend::close);
            wire.close();
            redis.close();
        }
    }

    private String routes() {
        return """
                version: 1
                issuers:
                  test: { issuer: "%1$s", jwks: "%2$s/keys", audiences: [api], algorithms: [ES256], typ: [at+jwt] }
                upstreams:
                  half: { instances: [{ url: "%3$s" }, { url: "%5$s" }, { url: "%3$s/other" }, { url: "%6$s" }] }
                routes:
                  - { id: well, match: { path: /well }, upstream: "%3$s", access: public }
                  - { id: faulty, match: { path: /faulty }, upstream: "%4$s", access: public, timeout: 1s }
                  - { id: half, match: { path: /half }, upstream: half, access: public, timeout: 1s }
                  - { id: signed, match: { path: /signed }, upstream: "%3$s", access: signed-in }
                  - { id: socket, match: { path: /socket }, upstream: "%3$s", access: public, websocket: { max-per-user: 1000 } }
                  - id: limited
                    match: { path: /limited }
                    upstream: "%3$s"
                    access: signed-in
                    limits: [ { name: plenty, per: user, requests: 1000000, every: 1h }, { name: few, per: route, requests: 1000000, every: 1h } ]
                  - id: tight
                    match: { path: /tight }
                    upstream: "%3$s"
                    access: signed-in
                    limits: [ { name: tight, per: user, requests: %8$d, every: 1h } ]
                  - id: shared
                    match: { path: /shared }
                    upstream: "%3$s"
                    access: public
                    limits: [ { name: shared, per: route, requests: %7$d, every: 1h } ]
                  - id: shared-as-shipped
                    match: { path: /shared-as-shipped }
                    upstream: "%3$s"
                    access: public
                    limits: [ { name: shared-as-shipped, per: route, requests: %7$d, every: 1h } ]
                """
                .formatted(TestTokens.ISSUER, keys.url(), well.url(), faulty.url(), half.getFirst().url(), half.getLast().url(),
                        SHARED, TIGHT);
    }

    private static String token(String user, ECKey key) {
        Instant now = Instant.now();
        return TestTokens.validAt(now).header("kid", key.getKeyID()).claim("sub", user).claim("sid", user)
                .claim("exp", now.plusSeconds(3_600).getEpochSecond()).signed(key);
    }

    private SteadyLoad load(String path) {
        return SteadyLoad.begin(CLIENTS, PACE, request(path), gateway::port);
    }

    private Supplier<String> request(String path) {
        List<String> requests = tokens.stream().map(token -> SteadyLoad.get(path, "Authorization: Bearer " + token)).toList();
        return () -> requests.get(Math.floorMod(next.getAndIncrement(), requests.size()));
    }

    /// A fault and what it may cost.
    ///
    /// @param path what it is about; the route beside it must not notice anything
    /// @param refusals what requests of the path may be answered with; nothing: the fault costs none
    /// @param most how many may be refused; 0: as many as come meanwhile, where there is no way around the fault
    /// @param stalls how many of a hundred requests it may keep from being answered at once
    /// @param shows whether the gateway does in the midst of it what it must
    /// @param over whether it is over for good
    record Fault(String name, String path, Runnable begin, Runnable end, Set<String> refusals, int most, int stalls,
            BooleanSupplier shows, BooleanSupplier over) {

        @Override
        public String toString() {
            return name;
        }
    }

    private Stream<Fault> faults() {
        BooleanSupplier shares = () -> Vitals.metric(gateway, "gatehouse_limiter_shared") == 1;
        return Stream.of(
                new Fault("Redis stopped", "/limited", redis::kill, redis::restart, NONE, 0, STALLED_PERCENT, this::countsAlone,
                        shares),
                new Fault("Redis paused", "/limited", redis::pause, redis::resume, NONE, 0, STALLED_PERCENT, this::countsAlone,
                        shares),
                new Fault("Redis slow", "/limited", () -> wire.delay(Duration.ofMillis(300)), () -> wire.delay(Duration.ZERO),
                        NONE, 0, STALLED_PERCENT, this::countsAlone, shares),
                // Three times what a decision may wait, and a third of what a draw may take that nobody waits for.
                new Fault("Redis somewhat slow", "/limited", () -> wire.delay(Duration.ofMillis(60)),
                        () -> wire.delay(Duration.ZERO), NONE, 0, STALLED_PERCENT, this::countsAloneForGood, shares),
                new Fault("upstream stopped", "/faulty", faulty::stop, faulty::restart, DEAD, 0, ANY, () -> true, () -> true),
                upstream("upstream slow", Backend.Mood.SLOW, NONE),
                upstream("upstream silent", Backend.Mood.SILENT, Set.of("504 upstream.timeout", "503 upstream.open")),
                upstream("upstream resets", Backend.Mood.RESETTING, DEAD),
                upstream("upstream answers garbage", Backend.Mood.GARBAGE, DEAD),
                new Fault("key server gone", "/signed", keys::stop, () -> {
                    keys.say(TestKeys.jwks(TestKeys.EC, LATER));
                    keys.restart();
                }, NONE, 0, STALLED_PERCENT, this::goesOnWithoutKeyServer, this::newKeyCounts),
                // Each of two is put out after five failures in a row, and as many requests may be under way to them.
                new Fault("half of the instances bad", "/half", () -> half.forEach(each -> each.become(Backend.Mood.RESETTING)),
                        () -> half.forEach(each -> each.become(Backend.Mood.WELL)), DEAD, 2 * 5 + CLIENTS, ANY, () -> true,
                        () -> true));
    }

    private Fault upstream(String name, Backend.Mood mood, Set<String> refusals) {
        return new Fault(name, "/faulty", () -> faulty.become(mood), () -> faulty.become(Backend.Mood.WELL), refusals, 0,
                ANY, () -> true, () -> true);
    }

    /// Says so in its metrics and in its answers, and grants a caller no more than the limit.
    private boolean countsAlone() {
        try (Client client = new Client(gateway::port)) {
            client.ask(stranger()); // whoever is counted for the first time makes it ask Redis
            if (Vitals.metric(gateway, "gatehouse_limiter_shared") != 0) {
                return false;
            }
            String request = stranger();
            int passed = 0;
            while (passed <= TIGHT && client.ask(request).equals(SteadyLoad.OK)) {
                passed++;
            }
            assertThat(passed).as("of " + TIGHT + ", counted alone").isBetween(1, TIGHT);
            return client.head().contains("X-Gatehouse-Limits: local");
        } catch (IOException failed) {
            return false;
        }
    }

    private boolean countsAloneForGood() {
        return countsAlone()
                && !Deadline.in(PROBES).await(() -> Vitals.metric(gateway, "gatehouse_limiter_shared") == 1,
                        Duration.ofMillis(20));
    }

    private String stranger() {
        return SteadyLoad.get("/tight", "Authorization: Bearer " + token("tight-" + next.getAndIncrement(), TestKeys.EC));
    }

    /// It has asked the key server in vain, and lets in by the keys that it has whom it knows and whom it has never seen.
    private boolean goesOnWithoutKeyServer() {
        try (Client client = new Client(gateway::port)) {
            client.ask(signed(token("stranger", TestKeys.ec("ec-" + next.getAndIncrement()))));
            return gateway.output().contains("Issuer keys not refreshed")
                    && client.ask(signed(tokens.getFirst())).equals(SteadyLoad.OK)
                    && client.ask(signed(token("newcomer-" + next.getAndIncrement(), TestKeys.EC))).equals(SteadyLoad.OK);
        } catch (IOException failed) {
            return false;
        }
    }

    private static String signed(String token) {
        return SteadyLoad.get("/signed", "Authorization: Bearer " + token);
    }

    private boolean newKeyCounts() {
        try (Client client = new Client(gateway::port)) {
            return client.ask(signed(token("later", LATER))).equals(SteadyLoad.OK);
        } catch (IOException failed) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void costsNoMoreThanItMust(Fault fault) throws Exception {
        try (SteadyLoad target = load(fault.path());
                SteadyLoad beside = load("/well");
                SteadyLoad uploads = SteadyLoad.begin(UPLOADS, PACE, upload(fault.path()), gateway::port);
                HeldStreams _ = HeldStreams.open(STREAMS, request(fault.path() + "?events"), gateway.port());
                HeldStreams streams = HeldStreams.open(STREAMS, request("/well?events"), gateway.port())) {
            target.awaitWell(100);
            beside.awaitWell(100);
            uploads.awaitWell(20);
            long begun = System.nanoTime();
            fault.begin().run();
            long ended;
            try {
                target.awaitMore(200);
                beside.awaitMore(200);
                uploads.awaitMore(20);
                streams.awaitMore(3);
                assertThat(Deadline.in(Duration.ofSeconds(30)).await(fault.shows(), Duration.ofMillis(100))).as("shows").isTrue();
            } finally {
                ended = System.nanoTime();
                fault.end().run();
            }
            target.awaitWell(100);
            uploads.awaitWell(20);
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(fault.over(), Duration.ofMillis(100))).as("recovers").isTrue();
            Duration over = Duration.ofNanos(System.nanoTime() - ended);

            SteadyLoad.Report cost = target.end();
            SteadyLoad.Report other = beside.end();
            SteadyLoad.Report uploaded = uploads.end();
            tell(fault.name(),
                    cost + "; requests fail for " + cost.failingAfter(ended).toMillis() + " ms more, all is well after "
                            + over.toMillis() + " ms; beside it " + other + "; uploads: " + uploaded);
            assertThat(streams.ended()).as("streams beside it that were cut").isZero();
            assertThat(fault.refusals()).as("answers to uploads").containsAll(uploaded.refused().keySet());
            assertThat(uploaded.longest()).as("uploads").isLessThan(LONGEST);
            assertThat(other.refused()).as("beside it").isEmpty();
            assertThat(other.longest()).as("beside it").isLessThan(LONGEST);
            assertThat(fault.refusals()).as("answers").containsAll(cost.refused().keySet());
            assertThat(cost.failuresBefore(begun)).isZero();
            assertThat(cost.longest()).isLessThan(LONGEST);
            assertThat(cost.failingAfter(ended)).isLessThan(BACK);
            assertThat(100 * cost.slowerThan(STALLED)).as("longer than " + STALLED)
                    .isLessThanOrEqualTo(fault.stalls() * cost.size());
            if (fault.most() > 0) {
                assertThat(cost.failures()).isLessThanOrEqualTo(fault.most());
            }
        }
        vitals.assertRestored(CLIENTS + UPLOADS + 2 * STREAMS);
    }

    private Supplier<String> upload(String path) {
        String request = SteadyLoad.post(path, UPLOAD, "Authorization: Bearer " + tokens.getFirst());
        return () -> request;
    }

    @Test
    void costsClientsOfHttp2NoMore() throws Exception {
        Map<String, String> both = new HashMap<>(settings);
        both.put("GATEHOUSE_H2C", "on");
        try (JarGateway started = JarGateway.start(routes(), both);
                SteadyLoad load = SteadyLoad.begin(CLIENTS, PACE, () -> "/faulty", () -> new StreamClient(started::port))) {
            load.awaitWell(200);
            Vitals before = Vitals.of(started);
            faulty.become(Backend.Mood.RESETTING);
            try {
                load.awaitMore(200);
            } finally {
                faulty.become(Backend.Mood.WELL);
            }
            load.awaitWell(100);
            SteadyLoad.Report cost = load.end();
            tell("upstream resets, clients of HTTP/2", cost.toString());
            assertThat(DEAD).containsAll(cost.refused().keySet());
            assertThat(cost.longest()).isLessThan(LONGEST);
            before.assertRestored(CLIENTS);
            Vitals.assertNoBufferLost(started);
        }
    }

    /// Figures are kept, run below run, in `target/faults.md`.
    private static void tell(String fault, String figures) {
        System.out.println("FAULT | " + fault + " | " + figures);
        try {
            Files.writeString(FIGURES, "| " + fault + " | " + figures + " |\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Test
    void startsBesideARedisThatTakesNoScriptsYet() throws Exception {
        try (Redis sick = Redis.temporary(); RedisClient client = RedisClient.create(sick.url())) {
            RedisCommands<String, String> operator = client.connect().sync();
            operator.aclSetuser("default",
                    new AclSetuserArgs().removeCommand(CommandType.EVAL).removeCommand(CommandType.EVALSHA));
            Map<String, String> beside = new HashMap<>(settings);
            beside.put("REDIS_URL", sick.url());
            try (JarGateway started = JarGateway.start(routes(), beside);
                    SteadyLoad load = SteadyLoad.begin(CLIENTS, PACE, request("/limited"), started::port)) {
                load.awaitWell(200);
                long connections = operator.clientList().lines().count();
                load.awaitMore(3_000); // some seconds; in each it asks whether Redis is there again
                assertThat(operator.clientList().lines().count()).as("connections to Redis").isLessThanOrEqualTo(connections);
                long ended = System.nanoTime();
                operator.aclSetuser("default", new AclSetuserArgs().allCommands());
                assertThat(
                        Deadline.in(Duration.ofSeconds(60)).await(() -> Vitals.metric(started, "gatehouse_limiter_shared") == 1,
                                Duration.ofMillis(100)))
                        .as("recovers").isTrue();
                Duration over = Duration.ofNanos(System.nanoTime() - ended);
                SteadyLoad.Report cost = load.end();
                tell("started beside a Redis that takes no scripts",
                        cost + "; limits are shared after " + over.toMillis() + " ms");
                assertThat(cost.refused()).isEmpty();
                Vitals.assertNoBufferLost(started);
            }
        }
    }

    @Test
    void servesBeside5000IdleConnections() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (SteadyLoad load = load("/well")) {
            load.awaitWell(100);
            for (int i = 0; i < IDLE; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                idle.add(socket);
                if (i % 10 == 0) {
                    socket.getOutputStream().write(SteadyLoad.get("/well").getBytes(StandardCharsets.US_ASCII));
                    assertThat(Client.head(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
                }
            }
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> Vitals.sockets(gateway) >= IDLE, Duration.ofMillis(200)))
                    .as("all are accepted").isTrue();
            load.awaitMore(400);
            SteadyLoad.Report cost = load.end();
            tell(IDLE + " idle connections", cost.toString());
            assertThat(cost.refused()).isEmpty();
            assertThat(cost.longest()).isLessThan(LONGEST);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        vitals.assertRestored(CLIENTS);
    }

    @Test
    void endsThoseWhoTrickleTheirRequests() throws Exception {
        try (SteadyLoad load = load("/well")) {
            load.awaitWell(100);
            long begun = System.nanoTime();
            List<CompletableFuture<String>> trickles = IntStream.range(0, TRICKLES)
                    .mapToObj(_ -> CompletableFuture.supplyAsync(this::trickle, task -> Thread.ofVirtual().start(task))).toList();
            for (CompletableFuture<String> trickle : trickles) {
                assertThat(trickle.join()).matches(answer -> answer.isEmpty() || answer.startsWith("HTTP/1.1 408 "));
            }
            Duration lasted = Duration.ofNanos(System.nanoTime() - begun);
            load.awaitMore(100);
            SteadyLoad.Report cost = load.end();
            tell(TRICKLES + " slow senders of a header section", cost + "; all of them ended after " + lasted.toMillis() + " ms");
            assertThat(cost.refused()).isEmpty();
            assertThat(cost.longest()).isLessThan(LONGEST);
        }
        vitals.assertRestored(CLIENTS);
    }

    /// One octet after the other, and never the last; what the gateway says to that.
    private String trickle() {
        StringBuilder said = new StringBuilder();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(60_000);
            byte[] begin = "GET /well HTTP/1.1\r\nHost: localhost\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; socket.getInputStream().available() == 0; i++) {
                socket.getOutputStream().write(i < begin.length ? begin[i] : 'x');
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            socket.getInputStream().transferTo(new java.io.OutputStream() {
                @Override
                public void write(int octet) {
                    said.append((char) octet);
                }
            });
        } catch (IOException reset) {
            return said.toString();
        }
        return said.toString();
    }

    @Test
    void servesWithoutFreeDescriptors() throws Exception {
        int most = 400;
        // A connection that is closed meanwhile cannot be replaced.
        Map<String, String> keeping = new HashMap<>(settings);
        keeping.put("GATEHOUSE_UPSTREAM_IDLE_TIMEOUT", "5m");
        JarGateway poor = JarGateway.start(List.of("sh", "-c", "ulimit -n " + most + "; exec \"$@\"", "sh"), routes(), keeping);
        List<Socket> hoard = new ArrayList<>();
        try (poor; SteadyLoad load = SteadyLoad.begin(CLIENTS, PACE, request("/signed"), poor::port)) {
            load.awaitWell(200);
            Client known = new Client(poor::port);
            assertThat(known.ask(SteadyLoad.get("/well"))).isEqualTo(SteadyLoad.OK);
            assertThat(well.gather(CLIENTS)).as("as many connections to the upstream as the load may need at once").isTrue();
            int before = Vitals.descriptors(poor);
            for (int i = 0; i < most; i++) {
                hoard.add(new Socket(InetAddress.getLoopbackAddress(), poor.port()));
            }
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> Vitals.descriptors(poor) >= most - 1)).as("all are used")
                    .isTrue();
            load.awaitMore(400);
            Set<String> unreached = new HashSet<>();
            for (int i = 0; i < NEW_CONNECTIONS; i++) {
                unreached.add(known.ask(SteadyLoad.get("/faulty"))); // to which there is no connection yet
            }
            long ended = System.nanoTime();
            for (Socket socket : hoard) {
                socket.close();
            }
            Client late = new Client(poor::port);
            assertThat(late.ask(SteadyLoad.get("/well"))).isEqualTo(SteadyLoad.OK);
            assertThat(known.ask(SteadyLoad.get("/faulty"))).as("its breaker is closed").isEqualTo(SteadyLoad.OK);
            known.close();
            Duration over = Duration.ofNanos(System.nanoTime() - ended);
            late.close();
            load.awaitWell(100);
            SteadyLoad.Report cost = load.end();
            tell("no free descriptors (" + before + " of " + most + " used before)",
                    "a new connection to an upstream: " + unreached + "; " + cost + "; a new client is served after "
                            + over.toMillis() + " ms");
            assertThat(cost.refused()).isEmpty();
            assertThat(cost.longest()).isLessThan(LONGEST);
            assertThat(unreached).containsExactly("503 gateway.overloaded");
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> Vitals.descriptors(poor) <= before + CLIENTS)).isTrue();
            Vitals.assertNoBufferLost(poor);
        } finally {
            for (Socket socket : hoard) {
                socket.close();
            }
        }
    }

    @Test
    void losesNoRequestWhenAnInstanceLeavesWith100Sockets() throws Exception {
        JarGateway leaving = JarGateway.start(routes(), settings);
        List<Socket> sockets = new ArrayList<>();
        AtomicInteger balancer = new AtomicInteger(leaving.port());
        try (leaving; SteadyLoad load = SteadyLoad.begin(CLIENTS, PACE, request("/signed"), balancer::get)) {
            load.awaitWell(100);
            for (int i = 0; i < SOCKETS; i++) {
                sockets.add(socket(leaving.port()));
            }
            long begun = System.nanoTime();
            leaving.terminate();
            assertThat(Deadline.in(Duration.ofSeconds(30)).await(() -> !isReady(leaving))).as("says that it leaves").isTrue();
            balancer.set(gateway.port());
            int told = 0;
            for (Socket socket : List.copyOf(sockets)) {
                // A whole frame: close, two octets, 1001.
                told += List.of(-120, 2, 3, -23).equals(octets(socket)) ? 1 : 0;
                sockets.add(socket(gateway.port()));
            }
            Duration moved = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> !leaving.isAlive())).as("ends").isTrue();
            Duration ended = Duration.ofNanos(System.nanoTime() - begun);
            load.awaitMore(100);
            SteadyLoad.Report cost = load.end();
            tell(SOCKETS + " WebSockets while an instance leaves", cost + "; all sockets moved after " + moved.toMillis()
                    + " ms, the process ended after " + ended.toMillis() + " ms");
            assertThat(cost.refused()).isEmpty();
            assertThat(told).isEqualTo(SOCKETS);
            assertThat(leaving.output()).as("lost under the load, to its end").doesNotContain("LEAK:");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        vitals.assertRestored(CLIENTS);
    }

    private static boolean isReady(JarGateway gateway) {
        try (Client client = new Client(gateway::port)) {
            return client.ask(SteadyLoad.get("/readyz")).equals(SteadyLoad.OK);
        } catch (IOException gone) {
            return false;
        }
    }

    private static Socket socket(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(SteadyLoad.get("/socket", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==").getBytes(StandardCharsets.US_ASCII));
        assertThat(Client.head(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
        return socket;
    }

    private static List<Integer> octets(Socket socket) throws IOException {
        List<Integer> octets = new ArrayList<>();
        for (byte octet : socket.getInputStream().readNBytes(4)) {
            octets.add((int) octet);
        }
        return octets;
    }

    @Test
    void twoInstancesShareALimitAtFullLoad() throws Exception {
        // A machine that keeps a gateway from running for 20 ms is no Redis that is away.
        Map<String, String> patient = new HashMap<>(settings);
        patient.put("GATEHOUSE_LIMITER_DEADLINE", "1s");
        share("/shared", patient);
    }

    /// As they ship, and with nothing that watches their buffers, which takes time of its own.
    @Test
    void twoInstancesShareALimitAtFullLoadAsShipped() throws Exception {
        Map<String, String> shipped = new HashMap<>(settings);
        shipped.put("JAVA_TOOL_OPTIONS", "-Dio.netty.leakDetection.level=simple");
        shipped.remove("GATEHOUSE_SHED_DELAY");
        share("/shared-as-shipped", shipped);
    }

    private void share(String path, Map<String, String> both) throws Exception {
        try (JarGateway first = JarGateway.start(routes(), both);
                JarGateway other = JarGateway.start(routes(), both);
                SteadyLoad one = SteadyLoad.begin(CLIENTS, Duration.ZERO, () -> SteadyLoad.get(path), first::port);
                SteadyLoad two = SteadyLoad.begin(CLIENTS, Duration.ZERO, () -> SteadyLoad.get(path), other::port)) {
            one.awaitRefused(429, 200);
            two.awaitRefused(429, 200);
            SteadyLoad.Report ofOne = one.end();
            SteadyLoad.Report ofTwo = two.end();
            int passed = ofOne.size() - ofOne.failures() + ofTwo.size() - ofTwo.failures();
            tell("two instances, a limit of " + SHARED + " at " + path,
                    passed + " passed; " + ofOne + "; " + ofTwo + "; decided alone "
                            + alone(first) + " and " + alone(other));
            assertThat(passed).isBetween(SHARED * 9 / 10, SHARED * 11 / 10);
            Vitals.assertNoBufferLost(first);
            Vitals.assertNoBufferLost(other);
        }
        vitals.assertRestored(CLIENTS);
    }

    /// How many decisions it made without Redis.
    private static int alone(JarGateway gateway) {
        return gateway.management("/actuator/prometheus").lines()
                .filter(line -> line.startsWith("gatehouse_limiter_decisions_total{") && line.contains("mode=\"local\""))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
