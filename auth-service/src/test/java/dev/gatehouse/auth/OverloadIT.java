package dev.gatehouse.auth;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Tag("slow")
final class OverloadIT {

    @Test
    void refusesSignInsBeyondTheQueueAndStaysHealthy() throws Exception {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_HASH_PERMITS", "1");
        environment.put("GATEHOUSE_HASH_QUEUE", "4");
        try (AuthServer server = AuthServer.start(environment);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.someone().name();
            crowd(server, 200);
            List<Callable<Answer>> people = IntStream.range(0, 200)
                    .<Callable<Answer>>mapToObj(
                            i -> () -> server.post("/auth/login", AuthServer.login("crowd_" + i, AuthServer.PASSWORD)))
                    .toList();

            List<Future<Answer>> answers = threads.invokeAll(people);

            assertThat(answers).extracting(Future::resultNow).extracting(Answer::status).contains(200, 503).containsOnly(200,
                    503);
            Answer refused = answers.stream().map(Future::resultNow).filter(answer -> answer.status() == 503).findFirst()
                    .orElseThrow();
            assertThat(refused.problem()).isEqualTo("503 service.busy");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(server.get("/auth/health").status()).isEqualTo(200);
            assertThat(server.login(name).accessToken()).isNotEmpty();
        }
    }

    @Test
    void answersAThousandWhoComeAtTheSameMoment() throws Exception {
        int people = 1000;
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_HASH_QUEUE", "64");
        environment.put("GATEHOUSE_HASH_DEADLINE", "3s");
        try (AuthServer server = AuthServer.start(environment); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.someone().name();
            crowd(server, people);
            CountDownLatch connected = new CountDownLatch(people);
            List<Callable<String>> callers = IntStream.range(0, people)
                    .<Callable<String>>mapToObj(
                            i -> () -> raw(server, connected, AuthServer.login("crowd_" + i, AuthServer.PASSWORD)))
                    .toList();

            List<Future<String>> answers = threads.invokeAll(callers);

            assertThat(answers).extracting(Future::get).contains("HTTP/1.1 200 ").containsOnly("HTTP/1.1 200 ", "HTTP/1.1 503 ");
            assertThat(server.get("/auth/health").status()).isEqualTo(200);
            assertThat(server.login(name).accessToken()).isNotEmpty();
        }
    }

    @Test
    void answersHealthAndKeysWhilePasswordsWaitToBeHashed() throws Exception {
        int people = 150;
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_HASH_DEADLINE", "60s");
        try (AuthServer server = AuthServer.start(environment); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.someone();
            crowd(server, people);
            Gauge waiting = server.bean(MeterRegistry.class).get("gatehouse.hashing.waiting").gauge();
            List<Future<Answer>> signIns = IntStream.range(0, people)
                    .mapToObj(i -> threads
                            .submit(() -> server.post("/auth/login", AuthServer.login("crowd_" + i, AuthServer.PASSWORD))))
                    .toList();
            await().until(() -> waiting.value() >= people / 2.0);

            double ahead = waiting.value();
            long before = done(signIns);
            Answer health = server.get("/auth/health");
            Answer keys = server.get("/.well-known/jwks.json");

            assertThat(done(signIns) - before).as("sign-ins that were answered meanwhile").isLessThan((long) ahead / 2);
            assertThat(health.status()).isEqualTo(200);
            assertThat(keys.json().path("keys")).isNotEmpty();
            assertThat(signIns).extracting(Future::get).extracting(Answer::status).containsOnly(200);
        }
    }

    private static long done(List<? extends Future<?>> calls) {
        return calls.stream().filter(Future::isDone).count();
    }

    /// As many different people: of one account, only a few at once would be looked at.
    private static void crowd(AuthServer server, int people) {
        server.database().sql("""
                INSERT INTO account (id, username, username_key, email, email_key, password_hash)
                SELECT gen_random_uuid(), 'crowd_' || i, 'crowd_' || i, 'crowd_' || i || '@example.com',
                    'crowd_' || i || '@example.com', password_hash FROM account, generate_series(0, ? - 1) AS i""").param(people)
                .update();
    }

    /// {@return the status line of a sign-in that was sent when everybody had connected}
    private static String raw(AuthServer server, CountDownLatch connected, String json) throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.setSoTimeout(120_000);
            connected.countDown();
            connected.await();
            socket.getOutputStream()
                    .write(("POST /auth/login HTTP/1.1\r\nHost: auth.test\r\nContent-Type: application/json\r\nContent-Length: "
                            + json.length() + "\r\nConnection: close\r\n\r\n" + json).getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
        }
    }
}
