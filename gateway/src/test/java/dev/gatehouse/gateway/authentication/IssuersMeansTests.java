package dev.gatehouse.gateway.authentication;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

import dev.gatehouse.gateway.authentication.introspection.Introspected;
import dev.gatehouse.gateway.authentication.introspection.Introspector;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;
import dev.gatehouse.gateway.authentication.keys.IssuerKeys;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/// What issuers bring along to learn about their keys and tokens, and that nothing of it is left behind.
class IssuersMeansTests {

    private static final Duration LONG = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private final Set<Thread> others = timers();
    private final Issuers issuers = Issuers.create(new MovableClock(NOW), Optional.empty());

    @AfterEach
    void close() {
        issuers.close();
    }

    @Test
    void instancesDoNotAskInStep() throws IOException {
        URI keys = keys();
        issuers.update(IntStream.range(0, 10).mapToObj(i -> signing("i-" + i, keys)).toList());
        await(issuers);

        List<Instant> next = issuers.status().stream().map(status -> status.nextRefresh().orElseThrow()).toList();
        assertThat(next).hasSize(10).allMatch(at -> !at.isBefore(NOW.plusMillis(900)) && !at.isAfter(NOW.plusSeconds(1)));
        assertThat(Set.copyOf(next)).hasSizeGreaterThan(1);
    }

    @Test
    void keysOfAServerAreThereAfterARestart() throws IOException {
        Path state = state();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] keys = TestKeys.jwks(TestKeys.EC).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, keys.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(keys);
            }
        });
        server.start();
        IssuerSpec spec = signing("signing", URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
        try (Issuers before = Issuers.create(new MovableClock(NOW), Optional.of(state))) {
            before.update(List.of(spec));
            Flux.interval(Duration.ZERO, Duration.ofMillis(5)).filter(_ -> holdsKeys(state)).blockFirst(LONG);
        } finally {
            server.stop(0);
        }
        try (Issuers after = Issuers.create(new MovableClock(NOW), Optional.of(state))) {
            after.update(List.of(spec));
            assertThat(after.status().getFirst().kids()).containsExactly("ec-1");
        }
    }

    private static boolean holdsKeys(Path state) {
        return state.toFile().list((_, name) -> name.endsWith(".json")).length > 0;
    }

    private Path state() throws IOException {
        return Files.createDirectory(folder.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    void fileOfKeysNeedsNoCopy() throws IOException {
        Path state = state();
        try (Issuers keeping = Issuers.create(new MovableClock(NOW), Optional.of(state))) {
            keeping.update(List.of(signing("signing", keys())));
            await(keeping);
        }
        assertThat(state).isEmptyDirectory();
    }

    /// Neither who exchanges routes, nor the keys of others, nor the threads that serve requests.
    @Test
    void pipeIntoWhichNobodyWritesKeepsNobodyWaiting() throws Exception {
        Path pipe = folder.resolve("pipe.json");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        try {
            assertTimeoutPreemptively(LONG, () -> {
                issuers.update(List.of(signing("stuck", pipe.toUri())));
                IssuerKeys stuck = ((Trusted.Signing) issuers.find("https://stuck.example")).keys();
                stuck.arrival().subscribe().dispose();
                stuck.renewalFor("another").subscribe().dispose();
                issuers.update(List.of(signing("stuck", pipe.toUri()), signing("signing", keys())));
                Flux.interval(Duration.ZERO, Duration.ofMillis(5)).filter(_ -> usable("signing")).blockFirst(LONG);
            });
            assertThat(usable("stuck")).isFalse();
        } finally {
            FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE).close(); // lets whoever waits go, and waits for nobody
        }
    }

    private boolean usable(String id) {
        return issuers.status().stream().anyMatch(status -> status.id().equals(id) && status.usable());
    }

    private static void await(Issuers issuers) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .filter(_ -> issuers.status().stream().allMatch(Issuers.Status::usable)).blockFirst(LONG);
    }

    @Test
    void theirTimerEndsWithThem() throws IOException, InterruptedException {
        issuers.update(List.of(signing("signing", keys())));
        await(issuers);
        Set<Thread> own = timers();
        own.removeAll(others);

        issuers.close();

        assertThat(own).hasSize(1);
        for (Thread timer : own) {
            assertThat(timer.join(LONG)).isTrue();
        }
    }

    @Test
    void theyHangUpWhenTheyEnd() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) LONG.toMillis());
            issuers.update(List.of(signing("signing", URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"))));
            try (Socket question = server.accept()) {
                question.setSoTimeout(2000); // a question that nobody answers ends by itself after three seconds
                assertThat(question.getInputStream().read()).isEqualTo('G'); // of GET
                issuers.close();
                assertThat(ends(question)).isTrue();
            }
        }
    }

    @Test
    void theyAskNobodyAboutTokensOnceTheyHaveEnded() {
        issuers.update(List.of(new IssuerSpec("asked", "https://asked.example",
                new IssuerSpec.Introspection(URI.create("http://127.0.0.1:1/"), "gateway", new ClientSecret("secret"),
                        IssuerSpec.ClientAuthentication.BASIC, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO),
                Set.of("api"), Set.of(), Optional.empty(), Duration.ZERO)));
        Introspector introspector = ((Trusted.Asked) issuers.find("https://asked.example")).introspector();

        issuers.close();

        assertThat(introspector.ask(TokenDigest.of("t"), "t", "192.0.2.1").block(LONG)).isEqualTo(new Introspected.Unavailable());
        assertThat(introspector.standing().error()).as("not even tried").isEmpty();
    }

    private static boolean ends(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            in.readAllBytes();
            return true;
        } catch (SocketException _) { // a reset; silence is a SocketTimeoutException, which is none of these
            return true;
        }
    }

    private URI keys() throws IOException {
        return Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC)).toUri();
    }

    private static IssuerSpec signing(String id, URI jwks) {
        return new IssuerSpec(id, "https://" + id + ".example", jwks, Set.of("api"), Set.of("ES256"), Set.of("at+jwt"),
                Duration.ofSeconds(30));
    }

    private static Set<Thread> timers() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("issuer-keys-timer"))
                .collect(Collectors.toSet());
    }
}
