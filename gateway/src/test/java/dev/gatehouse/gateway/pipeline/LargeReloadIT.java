package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.reload.RouteWatcher;

import static org.assertj.core.api.Assertions.assertThat;

/// Requests that come while ten thousand routes are exchanged, over and over.
@Tag("slow")
class LargeReloadIT {

    private static final int ROUTES = 10_000;
    private static final int EXCHANGES = 4;
    private static final int CLIENTS = 4;

    @TempDir
    private Path folder;

    @Test
    void dropsNothingWhileTenThousandRoutesAreExchanged() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean done = new AtomicBoolean();
        Duration longest;
        try (TestUpstream upstream = TestUpstream.start();
                TestGateway gateway = TestGateway.start(file(keys, upstream.url(), "old"), Map.of())) {
            List<Thread> clients = clients(gateway, answers, done);
            longest = exchange(gateway, keys, upstream.url());
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(answers).hasSizeGreaterThan(100).allMatch(answer -> answer.said().equals("200 hello"));
        assertThat(new TreeSet<>(answers.stream().map(Answer::route).toList())).containsExactly("new", "old");
        // No claim about speed, which bench/Reload.java measures: none waits for the reading of a file.
        assertThat(answers.stream().map(Answer::took).sorted().toList().get(answers.size() * 99 / 100)).isLessThan(longest);
    }

    /// How long the longest took.
    private static Duration exchange(TestGateway gateway, Path keys, String upstream) throws IOException {
        RouteWatcher watcher = gateway.bean(RouteWatcher.class);
        List<Duration> took = new ArrayList<>();
        for (int i = 1; i <= EXCHANGES; i++) {
            int reloads = i;
            gateway.rewrite(file(keys, upstream, i % 2 == 0 ? "old" : "new"));
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> watcher.state().reloads() == reloads))
                    .as("%s", watcher.state().problems()).isTrue();
            assertThat(watcher.state().routeCount()).isEqualTo(ROUTES);
            took.add(watcher.state().took());
        }
        return Collections.max(took);
    }

    private static List<Thread> clients(TestGateway gateway, List<Answer> answers, AtomicBoolean done) {
        String token = TestTokens.validAt(Instant.now()).signed();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                while (!done.get()) {
                    answers.add(ask(gateway, token));
                }
            }));
        }
        return clients;
    }

    private static Answer ask(TestGateway gateway, String token) {
        long begun = System.nanoTime();
        try {
            HttpResponse<String> answer = gateway.get("/things/7", "Authorization", "Bearer " + token);
            return new Answer(answer.statusCode() + " " + answer.body(),
                    answer.headers().firstValue("X-Frame-Options").isPresent()
                            ? "new"
                            : "old",
                    Duration.ofNanos(System.nanoTime() - begun));
        } catch (IOException | InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /// The route that is asked stands in the middle; the new one guards its answers with fields that tell it from the old one.
    private static String file(Path keys, String upstream, String version) {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256] }
                routes:
                """.formatted(keys));
        for (int i = 0; i < ROUTES; i++) {
            String path = i == ROUTES / 2 ? "/things" : "/api/" + i % 100 + "/" + version + i;
            yaml.append("""
                      - id: r%d
                        match: { path: "%s/{id}" }
                        upstream: %s
                        access: signed-in
                        security-headers: %s
                        tests:
                          - { request: GET %2$s/7, expect: 401 }
                          - { request: GET %2$s/7, as: { sub: alice, roles: [user] }, expect: forward }
                    """.formatted(i, path, upstream, version.equals("new") ? "page" : "none"));
        }
        return yaml.toString();
    }

    private record Answer(String said, String route, Duration took) {}
}
