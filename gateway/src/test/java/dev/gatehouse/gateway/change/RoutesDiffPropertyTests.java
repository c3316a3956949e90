package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.Decision;
import dev.gatehouse.gateway.change.Callers.Answer;
import dev.gatehouse.gateway.routes.RandomRoutes;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTable;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;

/// What holds for every two files: found with thousands of random ones, each named by its seed.
class RoutesDiffPropertyTests {

    private static RouteSpec with(RouteSpec route, Access access) {
        return new RouteSpec(route.id(), route.match(), route.upstream(), route.mirror(), route.issuers(), access,
                route.stripPrefix(),
                route.forwardToken(), route.assertion(), route.protection(), route.browser(), route.concurrency(),
                route.websocket(), route.compression(),
                route.limits());
    }

    private static Routes routes(List<RouteSpec> routes) {
        return new Routes(List.of(), routes, List.of(), Optional.empty(), List.of());
    }

    private static boolean lets(Access access, Optional<Caller> caller) {
        if (!access.readsTokens()) {
            return true;
        }
        return caller.isPresent() && access.decide(caller.get(), RandomCallers.NOW) instanceof Decision.Allowed;
    }

    private static boolean forwards(RouteTable table, String method, String host, String path,
            Optional<Caller> caller) {
        return table.match(host, method, path) instanceof RouteTable.Found found
                && lets(found.spec().access(), caller);
    }

    /// Every second time the routes with a few more, fewer and other rules, else wholly other routes.
    private static List<RouteSpec> next(int seed, List<RouteSpec> before, RandomRoutes random, RandomCallers callers) {
        Random choice = new Random(seed);
        if (choice.nextInt(4) == 0) {
            return random.table(1 + seed % 12).stream().map(route -> with(route, callers.access())).toList();
        }
        List<RouteSpec> now = new ArrayList<>();
        for (RouteSpec route : before) {
            if (choice.nextInt(6) > 0) {
                now.add(choice.nextInt(5) == 0 ? with(route, callers.changed(route.access())) : route);
            }
        }
        random.table(2).stream()
                .filter(route -> choice.nextInt(3) == 0 && before.stream().noneMatch(old -> old.id().equals(route.id())))
                .filter(route -> now.stream().noneMatch(old -> old.match().host().equals(route.match().host())
                        && old.match().path().shape().equals(route.match().path().shape())))
                .limit(1).forEach(route -> now.add(with(route, callers.access())));
        return now;
    }

    @Test
    void neverCallsItHarmlessWhenARequestGetsInThatDidNot() {
        int harmless = 0;
        int wider = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            RandomRoutes random = new RandomRoutes(seed, 3);
            RandomCallers callers = new RandomCallers(seed);
            List<RouteSpec> before = random.table(1 + seed % 12).stream().map(route -> with(route, callers.access())).toList();
            List<RouteSpec> now = next(seed, before, random, callers);
            List<Change> changes = RoutesDiff.between(routes(before), routes(now));
            boolean widens = changes.stream().anyMatch(Change::widens);
            RouteTable old = RouteTable.of(before);
            RouteTable table = RouteTable.of(now);
            boolean seen = false;
            for (int i = 0; i < 150 && !seen; i++) {
                String method = random.method();
                String host = random.host();
                String path = random.path();
                Optional<Caller> caller = callers.caller();
                seen = forwards(table, method, host, path, caller) && !forwards(old, method, host, path, caller);
                if (seen && !widens) {
                    assertThat(widens).as("seed %s: %s %s%s by %s, changes %s", seed, method, host, path, caller, changes)
                            .isTrue();
                }
            }
            wider += seen ? 1 : 0;
            harmless += widens ? 0 : 1;
        }
        assertThat(wider).as("pairs in which a request gets in that did not, or the test shows nothing").isGreaterThan(800);
        assertThat(harmless).as("pairs that are called harmless, or it is too easy").isGreaterThan(200);
    }

    @Test
    void findsNoChangeInTheSameRoutesInAnotherOrder() {
        for (int seed = 0; seed < 300; seed++) {
            RandomCallers callers = new RandomCallers(seed);
            List<RouteSpec> before = new RandomRoutes(seed, 3).table(20).stream().map(route -> with(route, callers.access()))
                    .toList();
            List<RouteSpec> now = new ArrayList<>(before);
            Collections.shuffle(now, new Random(seed));
            assertThat(RoutesDiff.between(routes(before), routes(now))).as("seed %s", seed).isEmpty();
        }
    }

    @Test
    void ordersRulesByWhomTheyLetIn() {
        int narrower = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            RandomCallers random = new RandomCallers(seed);
            Access before = random.access();
            Access now = random.changed(before);
            Answer more = AccessOrder.letsInMore(now, before);
            boolean seen = false;
            for (int i = 0; i < 300 && !seen; i++) {
                Optional<Caller> caller = random.caller();
                seen = lets(now, caller) && !lets(before, caller);
                if (seen && more == Answer.NO) {
                    assertThat(more).as("seed %s: %s was %s, %s", seed, now.describe(), before.describe(), caller)
                            .isEqualTo(Answer.YES);
                }
            }
            if (!seen) { // who never meets a difference in 300 tries is rarely wrong
                narrower += more == Answer.NO ? 1 : 0;
            }
        }
        assertThat(narrower).as("rules that let in nobody new").isGreaterThan(1_000);
    }
}
