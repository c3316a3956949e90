package dev.gatehouse.gateway.probing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import io.netty.util.HashedWheelTimer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.gatehouse.gateway.upstream.Balance;
import dev.gatehouse.gateway.upstream.HealthCheck;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Upstream;
import dev.gatehouse.gateway.upstream.UpstreamEvents;
import dev.gatehouse.gateway.upstream.UpstreamSpec;
import dev.gatehouse.gateway.upstream.Upstreams;

import static org.awaitility.Awaitility.await;

/// Real questions to real servers.
class HealthProbesTests {

    private final HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
    private final HealthProbes probes = new HealthProbes(
            _ -> HttpClient.create(ConnectionProvider.newConnection()).keepAlive(false), timer, _ -> 0);
    private final Upstreams all = new Upstreams(Clock.systemUTC(), _ -> 0, UpstreamEvents.NONE);
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/base/healthz", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        probes.follow(List.of());
        timer.stop();
        server.stop(0);
    }

    private Upstream followed(String other) {
        HealthCheck check = new HealthCheck("/healthz", Duration.ofMillis(10), Duration.ofSeconds(2), 3, 2);
        UpstreamSpec spec = new UpstreamSpec("u",
                List.of(new InstanceSpec(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base"), 1),
                        new InstanceSpec(URI.create(other), 1)),
                new Balance.RoundRobin(), Optional.of(check));
        all.replace(List.of(spec));
        probes.follow(all.all());
        return all.of(spec);
    }

    private static void awaitInService(Upstream upstream, int expected) {
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> upstream.inService() == expected);
    }

    @Test
    void putsOutWhoSaysSoAndTakesItBack() {
        Upstream upstream = followed("http://127.0.0.1:" + server.getAddress().getPort() + "/base/");
        status.set(503);
        awaitInService(upstream, 0);
        status.set(204);
        awaitInService(upstream, 2);
    }

    @Test
    void putsOutWhoDoesNotAnswer() {
        awaitInService(followed("http://127.0.0.1:1"), 1);
    }

    @Test
    void followsTheInstancesOfAService() {
        HealthCheck check = new HealthCheck("/healthz", Duration.ofMillis(10), Duration.ofSeconds(2), 3, 2);
        UpstreamSpec service = new UpstreamSpec("u", List.of(new InstanceSpec(URI.create("lb://u"), 1)), new Balance.RoundRobin(),
                Optional.of(check));
        all.replace(List.of(service));
        probes.follow(all.all());
        all.moved("u", List.of(new InstanceSpec(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base"), 1)));
        probes.follow(all.all());
        await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() > 0);

        all.moved("u", List.of());
        probes.follow(all.all());
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100)).until(() -> asked.getAndSet(0) == 0);
    }

    @Test
    void asksNobodyWhoIsNoLongerFollowed() {
        followed("http://127.0.0.1:1");
        await().until(() -> asked.get() > 0);
        probes.follow(List.of());
        await().pollInterval(Duration.ofMillis(100)).until(() -> asked.getAndSet(0) == 0);
    }
}
