import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpServer;

/// How long the gateway takes to exchange its routes, and what that costs the requests of the meantime.
///
///     ./mvnw -pl gateway -am package -DskipTests
///     java bench/Reload.java [ROUTES, 10000 without it] [EXCHANGES, 10 without it] [TESTS of each route, 2 without it] [what Java gets to start the gateway]
///
/// Starts `gateway/target/gateway.jar`, or what the last words say, and a backend on free ports of loopback, exchanges a file of so many routes over and over while
/// four clients ask, and prints a line for each exchange. Each moves one route; every other one changes something of all routes, too. `took` is the gateway's own count: reading, testing, comparing
/// and putting in place, without the half second for which a file must rest.
final class Reload {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// Of each client between an answer and its next request, so that the machine has something left to read routes with.
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final int port = freePort();
    private final int management = freePort();
    private final ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failed = new AtomicInteger();
    private final int tests;

    Reload(int tests) {
        this.tests = tests;
    }

    static void main(String[] arguments) throws Exception {
        int routes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int exchanges = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int tests = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
        List<String> words = arguments.length > 3 ? List.of(arguments).subList(3, arguments.length)
                : List.of("-jar", Path.of("gateway/target/gateway.jar").toAbsolutePath().toString());
        HttpServer backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        backend.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        backend.start();
        try {
            new Reload(tests).run(routes, exchanges, words, "http://127.0.0.1:" + backend.getAddress().getPort());
        } finally {
            backend.stop(0);
        }
    }

    private void run(int routes, int exchanges, List<String> words, String backend) throws Exception {
        Path folder = Files.createTempDirectory("reload");
        Path file = Files.writeString(folder.resolve("routes.yml"), yaml(routes, backend, 0));
        ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.command().addAll(words);
        command.environment().putAll(Map.of("GATEHOUSE_ROUTES", file.toString(), "GATEHOUSE_PORT", "" + port, "GATEHOUSE_ADDRESS",
                "127.0.0.1", "GATEHOUSE_MANAGEMENT_PORT", "" + management));
        Process gateway = command.redirectErrorStream(true).redirectOutput(folder.resolve("gateway.log").toFile()).start();
        try {
            until(0, gateway);
            System.out.printf("%d routes, %d tests, %d KiB; at the start they took %.0f ms%n", routes, tests * routes,
                    Files.size(file) / 1024, 1000 * metric("gatehouse_routes_load_seconds"));
            for (int i = 0; i < 4; i++) {
                Thread.ofVirtual().start(this::ask);
            }
            for (int i = 1; i <= exchanges; i++) {
                micros.clear();
                Path next = Files.writeString(folder.resolve("next.yml"), yaml(routes, backend, i));
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
                until(i, gateway);
                report(i);
            }
        } finally {
            gateway.destroy();
        }
    }

    private void report(int exchange) throws Exception {
        List<Long> sorted = micros.stream().sorted().toList();
        System.out.printf("exchange %2d, %s changed, took %5.0f ms; %6d requests meanwhile, %d failed, p50 %.1f ms, p99 %.1f ms, slowest %.1f ms%n",
                exchange, exchange % 2 == 0 ? "one route " : "all routes", 1000 * metric("gatehouse_routes_load_seconds"), sorted.size(), failed.get(),
                sorted.get(sorted.size() / 2) / 1000.0, sorted.get(sorted.size() * 99 / 100) / 1000.0, sorted.getLast() / 1000.0);
    }

    private void ask() {
        while (true) {
            long begun = System.nanoTime();
            try {
                failed.addAndGet(get(port, "/things/7").startsWith("200") ? 0 : 1);
            } catch (IOException e) {
                failed.incrementAndGet();
            } catch (InterruptedException e) {
                return;
            }
            micros.add((System.nanoTime() - begun) / 1000);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Waits until so many exchanges have taken place.
    private void until(int reloads, Process gateway) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (metric("gatehouse_routes_reloads_total{result=\"good\"}") != reloads) {
            if (!gateway.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("The gateway did not put the routes in place.");
            }
            Thread.sleep(50);
        }
    }

    private double metric(String name) throws InterruptedException {
        try {
            Matcher line = Pattern.compile("^" + Pattern.quote(name) + " (\\S+)$", Pattern.MULTILINE)
                    .matcher(get(management, "/actuator/prometheus"));
            return line.find() ? Double.parseDouble(line.group(1)) : -1;
        } catch (IOException notYet) {
            return -1;
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        var answer = CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(20))
                .build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /// One route more for each exchange has moved, and every other one changes all timeouts.
    private String yaml(int routes, String backend, int version) {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                issuers:
                  main: { issuer: main, jwks: "http://127.0.0.1:1/jwks.json", audiences: [api] }
                routes:
                """);
        String[] access = {"optional", "signed-in", "{ roles: [admin, user] }", "{ scopes: [\"orders:read\"] }"};
        for (int i = 0; i < routes; i++) {
            String path = i == 0 ? "/things" : "/api/" + i % 100 + "/service-" + i + (i <= version ? "/moved" : "");
            yaml.append("""
                      - id: route-%d
                        match: { path: "%s/%s" }
                        upstream: %s
                        access: %s
                        timeout: %ds
                    """.formatted(i, path, i % 2 == 0 ? "{id}" : "**", backend, access[i % 4], 5 + (version + 1) / 2 % 2));
            String[] each = {"{ request: GET %s/7, expect: %s }".formatted(path, i % 4 == 0 ? "forward" : "401"),
                    "{ request: GET %s/7, as: { sub: alice, roles: [user], scopes: [\"orders:read\"] }, expect: forward }".formatted(path)};
            for (int test = 0; test < tests; test++) {
                yaml.append(test == 0 ? "    tests:\n" : "").append("      - ").append(each[test % 2]).append('\n');
            }
        }
        return yaml.toString();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
