package dev.gatehouse.gateway.explain;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.explain.RandomRequests.Sample;
import dev.gatehouse.gateway.pipeline.TestGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// `explain` says of a request what traffic then gets: status, code, header fields of the answer, route, the backend's path and its header section.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgreementIT {

    private static final int REQUESTS = 1_000;
    private static final long SEED = 20261122;
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RecordingUpstream upstream;
    private TestGateway gateway;
    private List<InetAddress> peers;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = RecordingUpstream.start();
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        Files.writeString(folder.resolve("legacy.json"), TestKeys.jwks(TestKeys.RSA));
        gateway = TestGateway
                .start("""
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%1$s/keys.json", audiences: [api], algorithms: [ES256], cookie: access_token }
                          legacy: { issuer: legacy, jwks: "file:%1$s/legacy.json", audiences: [api], algorithms: [RS256], typ: [JWT] }
                        routes:
                          - { id: root, match: { path: /** }, upstream: "http://%2$s/r-root", access: optional, max-body: 1kB }
                          - { id: orders, match: { path: /orders/** }, upstream: "http://%2$s/r-orders", access: signed-in, issuers: [test] }
                          - { id: order, match: { path: "/orders/{id}", methods: [GET, DELETE] }, upstream: "http://%2$s/r-order", access: { scopes: ["orders:read"] } }
                          - { id: items, match: { path: "/orders/*/items", methods: [POST] }, upstream: "http://%2$s/r-items", access: { all: [ { roles: [admin] }, { not: { claim: plan, is: free } } ] } }
                          - { id: admin, match: { path: /admin/** }, upstream: "http://%2$s/r-admin", access: { roles: [admin] }, assertion: false }
                          - { id: admin-host, match: { path: /admin/**, host: api.example.com }, upstream: "http://%2$s/r-admin-host", access: public }
                          - { id: wild, match: { path: /open/**, host: "*.wild.example.com" }, upstream: "http://%2$s/r-wild", access: public, forward-token: true }
                          - { id: open, match: { path: /open/**, methods: [GET, POST] }, upstream: "http://%2$s/r-open", access: public, strip-prefix: 1, cors: { origins: ["https://app.example.com"] } }
                          - { id: svc, match: { path: /svc/a/** }, upstream: "http://%2$s/r-svc/", access: optional, strip-prefix: 2, forward-token: true }
                          - { id: maybe, match: { path: /maybe/a/**, methods: [PUT, PURGE], allow: [encoded-slash, matrix-parameters] }, upstream: "http://%2$s/r-maybe", access: optional, cors: { origins: ["https://app.example.com"], credentials: true, methods: [PUT] }, security-headers: api }
                          - { id: step, match: { path: /step/** }, upstream: "http://%2$s/r-step", access: { any: [ { acr: ["urn:mfa"] }, { max-age: 10m } ] } }
                          - { id: legacy, match: { path: /legacy/** }, upstream: "http://%2$s/r-legacy", access: signed-in, issuers: [legacy] }
                          - id: two
                            match: { path: /a/** }
                            upstream: [{ url: "http://%2$s/r-two-a", weight: 2 }, { url: "http://%2$s/r-two-b" }]
                            access: signed-in
                            limits: [{ name: big, per: user, requests: 1000000, every: 1d }, { name: tenant, per: "header:X-Tenant", requests: 1000000, every: 1d }]
                          - { id: few, match: { path: /few }, upstream: "http://%2$s/r-few", access: public, limits: [{ name: two, per: ip, requests: 2, every: 1d }] }
                        """
                        .formatted(folder, upstream.authority()), Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1/32"));
        peers = peers();
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        upstream.close();
    }

    /// 127.0.0.1 is a trusted proxy. Another loopback address, where the system has one, is not.
    private static List<InetAddress> peers() {
        InetAddress proxy = InetAddress.ofLiteral("127.0.0.1");
        InetAddress other = InetAddress.ofLiteral("127.0.0.2");
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(other, 0));
            return List.of(proxy, other);
        } catch (IOException absent) {
            return List.of(proxy);
        }
    }

    @Test
    void saysWhatTrafficThenGets() throws Exception {
        RandomRequests requests = new RandomRequests(SEED);
        Map<String, Integer> told = new TreeMap<>();
        List<String> disagreements = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            Sample sample = requests.next();
            InetAddress peer = peers.get(i % peers.size());
            JsonNode explanation = explain(sample, peer);
            JsonNode outcome = explanation.get("outcome");
            String answer = exchange(sample.bytes(), peer);
            compare(outcome, answer, upstream.next(), sample.method()).ifPresent(
                    difference -> disagreements
                            .add(difference + "\n  " + sample + "\n  from " + peer + "\n  " + explanation + "\n  " + answer));
            if (!answer.startsWith("HTTP/1.1 204")) {
                told.merge(outcome.path("route").asString("") + " " + outcome.path("status").asInt(200) + " "
                        + outcome.path("code").asString(""), 1, Integer::sum);
            }
        }

        assertThat(disagreements).as("of %s, seed %s", REQUESTS, SEED).isEmpty();
        assertThat(told.keySet().stream().map(key -> key.split(" ", -1)[0]).distinct().count()).as("routes met: " + told)
                .isGreaterThan(12);
        assertThat(told.keySet().stream().map(key -> key.split(" ", 2)[1]).distinct().count()).as("ends met: " + told)
                .isGreaterThan(9);
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(counted()).isEqualTo(told));
    }

    /// What the gateway's own metrics say of the requests: route, status and code.
    private Map<String, Integer> counted() {
        Map<String, Integer> counted = new TreeMap<>();
        for (Timer timer : gateway.bean(MeterRegistry.class).find("gatehouse.requests").timers()) {
            if (!"few".equals(timer.getId().getTag("route")) && !"204".equals(timer.getId().getTag("status"))) { // preflights name no route
                counted.put(
                        timer.getId().getTag("route") + " " + timer.getId().getTag("status") + " " + timer.getId().getTag("code"),
                        (int) timer.count());
            }
        }
        return counted;
    }

    private static Optional<String> compare(JsonNode outcome, String answer, Optional<List<String>> received, String method) {
        int status = Integer.parseInt(answer.substring(9, 12));
        return switch (outcome.get("result").asString()) {
            case "forward" -> status != 200 || received.isEmpty()
                    ? Optional.of("forward, but got " + status)
                    : compareForward(outcome, received.get(), method);
            case "answer" -> (status == 200 || status == 204) && received.isEmpty()
                    ? Optional.empty()
                    : Optional.of("answer, but got " + status);
            default -> compareRefusal(outcome, answer, received, method, status);
        };
    }

    private static Optional<String> compareRefusal(JsonNode outcome, String answer, Optional<List<String>> received,
            String method,
            int status) {
        boolean code = method.equals("HEAD") || answer.contains("\"code\":\"" + outcome.get("code").asString() + "\"");
        boolean fields = outcome.get("headers").valueStream()
                .allMatch(field -> answer
                        .contains("\r\n" + field.get("name").asString() + ": " + field.get("value").asString() + "\r\n"));
        return status == outcome.get("status").asInt() && code && fields && received.isEmpty()
                ? Optional.empty()
                : Optional.of("refusal, but got " + status + ", code agrees: " + code + ", fields agree: " + fields);
    }

    private static Optional<String> compareForward(JsonNode outcome, List<String> received, String method) {
        String line = received.getFirst();
        boolean address = outcome.get("upstreams").valueStream().map(target -> URI.create(target.get("url").asString()))
                .anyMatch(url -> line
                        .equals(method + " " + url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery())
                                + " HTTP/1.1"));
        if (!address) {
            return Optional.of("another line: " + line);
        }
        List<String> expected = new ArrayList<>();
        outcome.get("headers")
                .forEach(field -> expected.add(covered(field.get("name").asString() + ": " + field.get("value").asString(),
                        field.get("value").asString().startsWith("("))));
        List<String> actual = new ArrayList<>();
        for (String field : received.subList(1, received.size())) {
            String name = field.substring(0, field.indexOf(':'));
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Transfer-Encoding")) { // the connection's own
                actual.add(covered(field, expected.contains(name.toLowerCase(Locale.ROOT) + ": (covered)")));
            }
        }
        return actual.stream().sorted().toList().equals(expected.stream().sorted().toList())
                ? Optional.empty()
                : Optional.of("another header section: " + actual + "\n  expected " + expected);
    }

    private static String covered(String line, boolean cover) {
        String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
        return cover ? name + ": (covered)" : (name + line.substring(name.length())).stripTrailing();
    }

    @Test
    void countsForNoLimit() throws Exception {
        Sample few = new Sample("GET", "/few", List.of("Host: localhost", "Connection: close"), 0);
        for (int i = 0; i < 5; i++) {
            assertThat(explain(few, peers.getFirst()).get("outcome").get("result").asString()).isEqualTo("forward");
        }

        for (int i = 0; i < 2; i++) {
            assertThat(exchange(few.bytes(), peers.getFirst())).startsWith("HTTP/1.1 200");
            assertThat(upstream.next()).isPresent();
        }
        assertThat(exchange(few.bytes(), peers.getFirst())).startsWith("HTTP/1.1 429");
    }

    private JsonNode explain(Sample sample, InetAddress peer) throws IOException, InterruptedException {
        String body = JsonMapper.shared().writeValueAsString(Map.of("method", sample.method(), "path", sample.target(), "headers",
                sample.fields(), "peer", peer.getHostAddress()));
        HttpRequest request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/operator/explain"))
                .timeout(Duration.ofSeconds(20)).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body))
                .build();
        return JsonMapper.shared().readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
    }

    private String exchange(String bytes, InetAddress from) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(), from, 0)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (SocketException reset) {
                // The gateway closed before it had read the body: what it said before counts.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
