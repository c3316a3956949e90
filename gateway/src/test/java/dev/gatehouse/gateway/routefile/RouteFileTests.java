package dev.gatehouse.gateway.routefile;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.AcceptedIssuers;
import dev.gatehouse.gateway.authentication.CookieNames;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.Names;
import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.resilience.Retries;
import dev.gatehouse.gateway.routes.PathPattern;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.upstream.Balance;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamSpec;

import static org.assertj.core.api.Assertions.assertThat;

class RouteFileTests {

    private static final String EVERYTHING = """
            version: 1
            issuers:
              gatehouse:
                issuer: http://localhost:8080
                jwks: http://localhost:8081/.well-known/jwks.json
                audiences: [api]
                algorithms: [ES256, RS256]
                typ: [at+jwt]
                leeway: 20s
            defaults:
              timeout: 7s
              max-body: 10MiB
            routes:
              - id: orders
                match: { path: "/api/orders/**", methods: [GET, POST], host: api.example.com }
                upstream: http://localhost:8082
                access: signed-in
                strip-prefix: 1
                timeout: 5s
                forward-token: true
                assertion: false
                limits:
                  - { name: burst, per: user, requests: 20, every: 1s }
                  - { name: day, per: "header:X-Tenant", requests: 10000, every: 1d }
                tests:
                  - { request: GET /api/orders/7, expect: 401 }
                  - { request: GET /api/orders/7, as: { sub: alice, roles: [user] }, expect: forward }
              - id: plain
                match: { path: "/**" }
                upstream:
                  - { url: "http://a:1", weight: 9 }
                  - { url: "https://b/base" }
                access: { scopes: [orders:read] }
                max-body: unlimited
            """;

    private static Routes valid(String yaml) {
        return switch (RouteFile.read(yaml, Map.<String, String>of()::get)) {
            case RouteFileResult.Valid(Routes routes) -> routes;
            case RouteFileResult.Invalid(List<RouteProblem> problems) -> throw new AssertionError(problems.toString());
        };
    }

    static List<RouteFileExamples.Example> examples() {
        return RouteFileExamples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void saysWhatIsWrong(RouteFileExamples.Example example) {
        String problems = switch (RouteFile.read(example.yaml(), Map.<String, String>of()::get)) {
            case RouteFileResult.Valid _ -> "";
            case RouteFileResult.Invalid(List<RouteProblem> found) ->
                found.stream().map(RouteProblem::toString).collect(Collectors.joining("\n"));
        };
        assertThat(problems.isEmpty()).as("%s: %s", example, problems).isEqualTo(example.problem().isEmpty());
        assertThat(problems).as(example.toString()).contains(example.problem()).doesNotContain("secret");
        assertThat(problems.lines().count()).as(problems).isLessThanOrEqualTo(1);
    }

    @Test
    void readsIssuers() {
        assertThat(valid(EVERYTHING).issuers()).containsExactly(new IssuerSpec("gatehouse", "http://localhost:8080",
                URI.create("http://localhost:8081/.well-known/jwks.json"), Set.of("api"), Set.of("ES256", "RS256"),
                Set.of("at+jwt"), Duration.ofSeconds(20)));
    }

    @Test
    void readsARouteThatSaysEverything() {
        assertThat(valid(EVERYTHING).routes().getFirst()).isEqualTo(new RouteSpec("orders",
                new RouteMatch(PathPattern.parse("/api/orders/**"), Set.of("GET", "POST"),
                        Optional.of("api.example.com")),
                UpstreamSpec.at(new InstanceSpec(URI.create("http://localhost:8082"), 1)), Optional.empty(), accepted(),
                new Access.SignedIn(), 1, true, false,
                new Protection(Duration.ofSeconds(5), Retries.SAFE, 10 * 1024 * 1024), BrowserPolicy.NONE, ConcurrencySpec.NONE,
                Optional.empty(), Compression.NONE,
                List.of(new LimitSpec("burst", new LimitKey.User(), 20, Duration.ofSeconds(1)),
                        new LimitSpec("day", new LimitKey.Header("x-tenant"), 10_000, Duration.ofDays(1)))));
    }

    @Test
    void readsARouteThatLeavesTheRestToDefaults() {
        assertThat(valid(EVERYTHING).routes().getLast()).isEqualTo(new RouteSpec("plain",
                new RouteMatch(PathPattern.parse("/**"), Set.of(), Optional.empty()),
                new UpstreamSpec("route:plain",
                        List.of(new InstanceSpec(URI.create("http://a:1"), 9), new InstanceSpec(URI.create("https://b/base"), 1)),
                        new Balance.LeastBusy()),
                Optional.empty(),
                accepted(), new Access.Rule(new Condition.Scopes(Names.of("orders:read"))), 0,
                false, true, new Protection(Duration.ofSeconds(7), Retries.SAFE, Protection.UNLIMITED),
                BrowserPolicy.NONE, ConcurrencySpec.NONE, Optional.empty(), Compression.NONE,
                List.of()));
    }

    private static AcceptedIssuers accepted() {
        return new AcceptedIssuers(Set.of("gatehouse"), Optional.empty(), List.of(), CookieNames.NONE);
    }
}
