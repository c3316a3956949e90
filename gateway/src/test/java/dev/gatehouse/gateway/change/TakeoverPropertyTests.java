package dev.gatehouse.gateway.change;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.browser.Cors;
import dev.gatehouse.gateway.browser.SecurityProfile;
import dev.gatehouse.gateway.path.Allowance;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.RandomRoutes;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTable;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;

/// Routes that come, go and change between two files: no request gets more of another route than it got before without being told of. Found with
/// thousands of random files, each named by its seed.
class TakeoverPropertyTests {

    private static final BrowserPolicy PAGES = new BrowserPolicy(Optional.of(new Cors(Set.of("https://a.example"),
            Cors.DEFAULT_METHODS, Cors.DEFAULT_HEADERS, List.of(), false, Duration.ofMinutes(10))), SecurityProfile.NONE);

    private static RouteSpec with(RouteSpec route, Random choice) {
        RouteMatch match = new RouteMatch(route.match().path(), route.match().methods(), route.match().host(),
                choice.nextInt(3) == 0 ? Set.of(Allowance.ENCODED_SLASH) : Set.of());
        return new RouteSpec(route.id(), match, route.upstream(), route.mirror(), route.issuers(), route.access(),
                route.stripPrefix(), choice.nextInt(4) == 0, route.assertion(), route.protection(),
                choice.nextInt(4) == 0 ? PAGES : BrowserPolicy.NONE, route.concurrency(), route.websocket(), route.compression(),
                route.limits());
    }

    private static Routes routes(List<RouteSpec> routes) {
        return new Routes(List.of(), routes, List.of(), Optional.empty(), List.of());
    }

    /// The same with some fewer and others in their places.
    private static List<RouteSpec> next(List<RouteSpec> before, List<RouteSpec> others, Random choice) {
        List<RouteSpec> now = new ArrayList<>();
        before.stream().filter(_ -> choice.nextInt(4) > 0).map(route -> choice.nextInt(6) == 0 ? with(route, choice) : route)
                .forEach(now::add);
        Predicate<RouteSpec> clashes = other -> now.stream().anyMatch(route -> route.id().equals(other.id())
                || (route.match().host().equals(other.match().host())
                        && route.match().path().shape().equals(other.match().path().shape())));
        others.stream().filter(clashes.negate()).map(route -> with(route, choice)).limit(choice.nextInt(3)).forEach(now::add);
        return now;
    }

    private static Entrance enter(RouteTable table, RandomRoutes.Request request) {
        return Entrance.of(table, request.method(), request.target(), request.host(), Entrance.hostName(request.host()));
    }

    private static boolean getsMore(Entrance was, Entrance is) {
        return is instanceof Entrance.Taken now && (!(was instanceof Entrance.Taken before)
                || (now.route().forwardToken() && !before.route().forwardToken())
                || (now.route().browser().cors().isPresent() && before.route().browser().cors().isEmpty()));
    }

    @Test
    void neverHidesThatARequestGetsMoreThanItGot() {
        int wider = 0;
        int harmless = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            Random choice = new Random(seed);
            RandomRoutes random = new RandomRoutes(seed, 3);
            List<RouteSpec> before = random.table(1 + seed % 8).stream().map(route -> with(route, choice)).toList();
            List<RouteSpec> now = next(before, random.table(4), choice);
            List<Change> changes = RoutesDiff.widenings(routes(before), routes(now));
            RouteTable old = RouteTable.of(before);
            RouteTable table = RouteTable.of(now);
            boolean seen = false;
            for (int i = 0; i < 150 && !seen; i++) {
                RandomRoutes.Request request = random.request();
                seen = getsMore(enter(old, request), enter(table, request));
                if (seen && changes.isEmpty()) {
                    assertThat(changes).as("seed %s: %s, from %s to %s", seed, request, before, now).isNotEmpty();
                }
            }
            wider += seen ? 1 : 0;
            harmless += changes.isEmpty() ? 1 : 0;
        }
        assertThat(wider).as("pairs in which a request gets more, or the test shows nothing").isGreaterThan(800);
        assertThat(harmless).as("pairs that are called harmless, or it is too easy").isGreaterThan(200);
    }
}
