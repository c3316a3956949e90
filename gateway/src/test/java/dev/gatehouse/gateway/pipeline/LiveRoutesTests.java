package dev.gatehouse.gateway.pipeline;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.discovery.Discovery;
import dev.gatehouse.gateway.probing.HealthProbes;
import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Upstream;
import dev.gatehouse.gateway.upstream.UpstreamEvents;
import dev.gatehouse.gateway.upstream.Upstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// A file takes effect as a whole or not at all.
class LiveRoutesTests {

    private final Issuers issuers = Issuers.create(Clock.systemUTC(), Optional.empty());
    private final Discovery discovery = new Discovery(
            service -> List.of(new InstanceSpec(URI.create("http://" + service + ".example:80"), 1)), Duration.ofHours(1));
    private final Upstreams upstreams = new Upstreams(Clock.systemUTC(), _ -> 0, UpstreamEvents.NONE, discovery::instances);
    private final Timer timer = new HashedWheelTimer();
    private final HealthProbes probes = new HealthProbes(_ -> HttpClient.create(), timer, _ -> 0);
    private final List<Routes> inPlace = new ArrayList<>();
    private boolean fails;
    private final LiveRoutes live = new LiveRoutes(issuers, routes -> {
        if (fails) {
            throw new IllegalStateException("the file of a key has gone");
        }
        return () -> inPlace.add(routes);
    }, upstreams, probes, discovery);

    @AfterEach
    void close() {
        probes.close();
        discovery.close();
        issuers.close();
        timer.stop();
    }

    private static Routes file(String name) {
        String yaml = """
                version: 1
                issuers: { %1$s: { issuer: 'https://%1$s', shared-key: '0123456789abcdef0123456789abcdef' } }
                routes:
                  - { id: web, match: { path: /web }, upstream: 'http://%1$s', access: signed-in, issuers: [%1$s] }
                  - { id: service, match: { path: /service }, upstream: 'lb://%1$s', access: public }
                """.formatted(name);
        return switch (RouteFile.read(yaml, Map.<String, String>of()::get)) {
            case RouteFileResult.Valid(Routes valid) -> valid;
            case RouteFileResult.Invalid invalid -> throw new AssertionError(invalid.toString());
        };
    }

    private List<String> believed() {
        return issuers.status().stream().map(Issuers.Status::id).toList();
    }

    /// Of which services the instances are known, which they are as long as these are followed.
    private List<String> followed() {
        return Stream.of("a", "b", "c").filter(service -> !discovery.instances(service).isEmpty()).toList();
    }

    @Test
    void putsAFileInPlaceAndThenAnother() {
        Routes first = file("a");
        Routes second = file("b");
        live.accept(first);
        live.accept(second);

        assertThat(inPlace).containsExactly(first, second);
        assertThat(believed()).containsExactly("b");
        assertThat(followed()).containsExactly("b");
    }

    @Test
    void leavesEverythingAsItWasWhereTheRoutesCannotBeServed() {
        live.accept(file("a"));
        Set<Upstream> before = Set.copyOf(upstreams.all());
        fails = true;

        assertThatThrownBy(() -> live.accept(file("b"))).isInstanceOf(IllegalStateException.class);

        assertThat(believed()).as("issuers").containsExactly("a");
        assertThat(upstreams.all()).as("the very upstreams that requests go by").containsExactlyInAnyOrderElementsOf(before);
        assertThat(inPlace).as("routes").hasSize(1);
        assertThat(followed()).as("services").containsExactly("a");
    }

    @Test
    void leavesEverythingAsItWasWhereTheIssuersCannotBeBelieved() {
        live.accept(file("a"));
        Set<Upstream> before = Set.copyOf(upstreams.all());
        Routes next = file("b");
        List<IssuerSpec> twice = List.of(next.issuers().getFirst(), next.issuers().getFirst());

        assertThatThrownBy(() -> live.accept(new Routes(twice, next.routes(), List.of(), Optional.empty(), List.of())))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(believed()).as("issuers").containsExactly("a");
        assertThat(upstreams.all()).as("the very upstreams that requests go by").containsExactlyInAnyOrderElementsOf(before);
        assertThat(inPlace).as("routes").hasSize(1);
    }

    @Test
    void takesTheNextGoodFileAfterOneThatFailed() {
        live.accept(file("a"));
        fails = true;
        assertThatThrownBy(() -> live.accept(file("b"))).isInstanceOf(IllegalStateException.class);
        fails = false;
        Routes good = file("c");
        live.accept(good);

        assertThat(inPlace).last().isSameAs(good);
        assertThat(believed()).containsExactly("c");
        assertThat(followed()).containsExactly("c");
    }
}
