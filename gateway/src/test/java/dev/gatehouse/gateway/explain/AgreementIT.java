package dev.gatehouse.gateway.explain;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.explain.RandomRequests.Sample;
import dev.gatehouse.gateway.pipeline.TestGateway;
import dev.gatehouse.gateway.tls.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/// `explain` says of a request what traffic then gets: status, code, header fields of the answer, route, the backend's path and its header section.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgreementIT {

    private static final int REQUESTS = 1_000;
    private static final long SEED = 20261122;
    private static final int REQUESTS_OVER_TLS = 300;
    private static final TestCertificates AUTHORITY = TestCertificates.create();

    private RecordingUpstream upstream;
    private Edge plain;
    private Edge secure;
    private List<InetAddress> peers;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = RecordingUpstream.start();
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        Files.writeString(folder.resolve("legacy.json"), TestKeys.jwks(TestKeys.RSA));
        String routes = """
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
                .formatted(folder, upstream.authority());
        Map<String, String> settings = new HashMap<>(Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1/32"));
        plain = new Edge(TestGateway.start(routes, settings), Optional.empty());
        settings.put("GATEHOUSE_TRUSTED_FIELDS", "for,proto,host");
        settings.putAll(TestCertificates.settings(folder, AUTHORITY.server("CN=gateway")));
        secure = new Edge(TestGateway.start(routes, settings), Optional.of(AUTHORITY.trusting()));
        peers = peers();
    }

    @AfterAll
    void stop() throws IOException {
        plain.close();
        secure.close();
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
        agrees(plain, SEED, REQUESTS);
    }

    @Tag("slow")
    @Test
    void saysWhatTrafficOverTlsThenGets() throws Exception {
        agrees(secure, SEED + 1, REQUESTS_OVER_TLS);
    }

    private void agrees(Edge edge, long seed, int number) throws Exception {
        RandomRequests requests = new RandomRequests(seed);
        Map<String, Integer> told = new TreeMap<>();
        List<String> disagreements = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Sample sample = requests.next();
            InetAddress peer = peers.get(i % peers.size());
            JsonNode explanation = edge.explain(sample, peer);
            JsonNode outcome = explanation.get("outcome");
            String answer = edge.exchange(sample, peer);
            Agreement.difference(outcome, answer, upstream.next(), sample.method()).ifPresent(
                    difference -> disagreements
                            .add(difference + "\n  " + sample + "\n  from " + peer + "\n  " + explanation + "\n  " + answer));
            if (!answer.startsWith("HTTP/1.1 204")) {
                told.merge(outcome.path("route").asString("") + " " + outcome.path("status").asInt(200) + " "
                        + outcome.path("code").asString(""), 1, Integer::sum);
            }
        }

        assertThat(disagreements).as("of %s, seed %s", number, seed).isEmpty();
        assertThat(told.keySet().stream().map(key -> key.split(" ", -1)[0]).distinct().count()).as("routes met: " + told)
                .isGreaterThan(12);
        assertThat(told.keySet().stream().map(key -> key.split(" ", 2)[1]).distinct().count()).as("ends met: " + told)
                .isGreaterThan(9);
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(counted(edge)).isEqualTo(told));
    }

    /// What the gateway's own metrics say of the requests: route, status and code.
    private Map<String, Integer> counted(Edge edge) {
        Map<String, Integer> counted = new TreeMap<>();
        for (Timer timer : edge.gateway().bean(MeterRegistry.class).find("gatehouse.requests").timers()) {
            if (!"few".equals(timer.getId().getTag("route")) && !"204".equals(timer.getId().getTag("status"))) { // preflights name no route
                counted.put(
                        timer.getId().getTag("route") + " " + timer.getId().getTag("status") + " " + timer.getId().getTag("code"),
                        (int) timer.count());
            }
        }
        return counted;
    }

    @Test
    void countsForNoLimit() throws Exception {
        Sample few = new Sample("GET", "/few", List.of("Host: localhost", "Connection: close"), 0);
        for (int i = 0; i < 5; i++) {
            assertThat(plain.explain(few, peers.getFirst()).get("outcome").get("result").asString()).isEqualTo("forward");
        }

        for (int i = 0; i < 2; i++) {
            assertThat(plain.exchange(few, peers.getFirst())).startsWith("HTTP/1.1 200");
            assertThat(upstream.next()).isPresent();
        }
        assertThat(plain.exchange(few, peers.getFirst())).startsWith("HTTP/1.1 429");
    }
}
