package dev.gatehouse.gateway.routefile;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;

class LimitReaderTests {

    private static final Routes ROUTES = ((RouteFileResult.Valid) RouteFile.read("""
            version: 1
            policies:
              day: { per: user, requests: 1000, every: 1d, rates: [{ when: { claim: plan, is: pro }, requests: 50000 }] }
              each: { per: ip, requests: 5, every: 1s, scope: route }
              all: { per: ip, requests: 9000, every: 1m, scope: global }
            routes:
              - id: a
                match: { path: /a }
                upstream: http://h
                access: public
                limits: [day, { name: own, per: ip, requests: 7, every: 1s }, each]
              - { id: b, match: { path: /b }, upstream: "http://h", access: public }
            """, _ -> null)).routes();

    private static LimitSpec limit(String route, String name) {
        return limits(route).stream().filter(limit -> limit.name().equals(name)).findAny().orElseThrow();
    }

    private static List<LimitSpec> limits(String route) {
        return ROUTES.routes().stream().filter(each -> each.id().equals(route)).findAny().orElseThrow().limits();
    }

    private static Caller caller(Map<String, Object> claims) {
        return new Caller.Authenticated("main", "alice", List.of(), List.of(), Instant.MAX, claims);
    }

    @Test
    void keepsTheOrderAndPutsWhatHoldsForAllLast() {
        assertThat(limits("a")).extracting(LimitSpec::name).containsExactly("day", "own", "each", "all");
        assertThat(limits("b")).extracting(LimitSpec::name).containsExactly("all");
    }

    @Test
    void countsGroupsAndEverythingTogetherAndTheRestByRoute() {
        assertThat(limits("a")).extracting(LimitSpec::shared).containsExactly(true, false, false, true);
    }

    @Test
    void hasAnotherRateForTheCallersItIsMeantFor() {
        LimitSpec day = limit("a", "day");

        assertThat(day.at(caller(Map.of("plan", "pro")), Instant.EPOCH).requests()).isEqualTo(50_000);
        assertThat(day.at(caller(Map.of("plan", "free")), Instant.EPOCH).requests()).isEqualTo(1_000);
        assertThat(day.at(Caller.ANONYMOUS, Instant.EPOCH).requests()).isEqualTo(1_000);
        assertThat(day.at(caller(Map.of("plan", "pro")), Instant.EPOCH).every()).isEqualTo(Duration.ofDays(1));
    }
}
