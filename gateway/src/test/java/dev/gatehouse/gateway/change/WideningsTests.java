package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.routes.RandomRoutes;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway that is running asks only for what widens access; it must hear of all of that.
class WideningsTests {

    private static RouteSpec changed(RouteSpec route, Access access, boolean forwardToken) {
        return new RouteSpec(route.id(), route.match(), route.upstream(), route.mirror(), route.issuers(), access,
                route.stripPrefix(), forwardToken, route.assertion(), route.protection(), route.browser(), route.concurrency(),
                route.websocket(), route.compression(), route.limits());
    }

    private static Routes routes(List<RouteSpec> routes) {
        return new Routes(List.of(), routes, List.of(), Optional.empty(), List.of());
    }

    /// Some as they were, some with another rule, some gone, some new ones, some with the path of another one.
    private static List<RouteSpec> next(int seed, List<RouteSpec> before, RandomCallers callers) {
        Random choice = new Random(seed);
        List<RouteSpec> now = new ArrayList<>();
        List<RouteSpec> others = new RandomRoutes(seed + 10_000L, 3).table(1 + seed % 6);
        for (int i = 0; i < before.size(); i++) {
            RouteSpec route = before.get(i);
            switch (choice.nextInt(6)) {
                case 0 -> now.add(changed(route, callers.changed(route.access()), choice.nextBoolean()));
                case 1 -> now.addAll(others.subList(Math.min(i, others.size()), Math.min(i + 1, others.size())));
                default -> now.add(route);
            }
        }
        List<RouteSpec> good = new ArrayList<>();
        for (RouteSpec route : now) {
            boolean clashes = good.stream().anyMatch(other -> other.id().equals(route.id())
                    || (other.match().host().equals(route.match().host())
                            && other.match().path().shape().equals(route.match().path().shape())));
            if (!clashes) {
                good.add(route);
            }
        }
        return good;
    }

    @Test
    void areWhatTheWholeComparisonCallsWider() {
        int wider = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            RandomCallers callers = new RandomCallers(seed);
            List<RouteSpec> before = new RandomRoutes(seed, 3).table(1 + seed % 12).stream()
                    .map(route -> changed(route, callers.access(), false)).toList();
            List<RouteSpec> now = next(seed, before, callers);
            List<Change> expected = RoutesDiff.between(routes(before), routes(now)).stream().filter(Change::widens).toList();

            assertThat(RoutesDiff.widenings(routes(before), routes(now))).as("seed %s", seed).isEqualTo(expected);
            wider += expected.isEmpty() ? 0 : 1;
        }
        assertThat(wider).as("pairs that widen access, or the test shows nothing").isBetween(300, 1_900);
    }
}
