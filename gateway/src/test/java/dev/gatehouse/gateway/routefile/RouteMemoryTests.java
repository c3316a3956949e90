package dev.gatehouse.gateway.routefile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;

class RouteMemoryTests {

    private static final String TOP = """
            version: 1
            issuers:
              main: { issuer: main, jwks: "http://127.0.0.1:1/jwks.json", audiences: [api] }
            policies:
              all: { scope: global, per: ip, requests: 9, every: 1s }
            upstreams:
              orders: { instances: [{ url: "http://127.0.0.1:7001" }] }
            """;
    private static final String LIST = "routes:\n";

    private final RouteMemory memory = new RouteMemory();

    private RouteFileResult read(String yaml) {
        return RouteFile.read(yaml, Map.<String, String>of()::get, Path.of(""), memory);
    }

    private Routes good(String yaml) {
        return switch (read(yaml)) {
            case RouteFileResult.Valid(Routes routes) -> routes;
            case RouteFileResult.Invalid(List<RouteProblem> problems) -> throw new AssertionError(problems);
        };
    }

    private static String route(int number, String more) {
        return """
                  - id: route-%1$d
                    match: { path: "/r/%1$d/**" }
                    upstream: http://127.0.0.1:7000
                    access: signed-in
                %2$s""".formatted(number, more);
    }

    private static String routes(int many, int changed) {
        return String.join("",
                IntStream.range(0, many).mapToObj(i -> route(i, i == changed ? "    timeout: 9s\n" : "")).toList());
    }

    /// How many of the routes are the very objects that they were.
    @SuppressWarnings("ReferenceEquality") // the very objects
    private static long kept(Routes before, Routes now) {
        return now.routes().stream().filter(route -> before.routes().stream().anyMatch(old -> old == route)).count();
    }

    @Test
    void readsOnlyTheRouteThatIsAnotherOne() {
        Routes before = good(TOP + LIST + routes(100, -1));

        Routes now = good(TOP + LIST + routes(100, 41));

        assertThat(kept(before, now)).isEqualTo(99);
        assertThat(now.routes().get(41).protection().timeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void knowsRoutesWhereverTheyStand() {
        Routes before = good(TOP + LIST + route(1, "") + route(2, "") + route(3, ""));

        Routes now = good(TOP + LIST + route(3, "") + route(9, "") + route(2, ""));

        assertThat(kept(before, now)).isEqualTo(2);
        assertThat(now.routes()).extracting(RouteSpec::id).containsExactly("route-3", "route-9", "route-2");
    }

    @Test
    void readsAllAnewWhenSomethingAroundTheRoutesChanges() {
        Routes before = good(TOP + LIST + routes(3, -1));

        Routes now = good(TOP + "defaults: { timeout: 4s }\n" + LIST + routes(3, -1));

        assertThat(kept(before, now)).isZero();
        assertThat(now.routes()).extracting(route -> route.protection().timeout()).containsOnly(Duration.ofSeconds(4));
    }

    @Test
    void readsAllAnewWhenSomethingBelowTheRoutesChanges() {
        Routes before = good(TOP + LIST + routes(3, -1) + "defaults: { timeout: 3s }\n");

        Routes now = good(TOP + LIST + routes(3, -1) + "defaults: { timeout: 4s }\n");

        assertThat(kept(before, now)).isZero();
        assertThat(now.routes()).extracting(route -> route.protection().timeout()).containsOnly(Duration.ofSeconds(4));
    }

    @Test
    void remembersNothingOfListsInBrackets() {
        String one = "{ id: a, match: { path: /a }, upstream: \"http://127.0.0.1:7000\", access: public }";
        String flow = TOP + "routes: [\n  " + one + "\n  , " + one.replace("a, match: { path: /a", "b, match: { path: /b")
                + "\n  ]\n";
        Routes before = good(flow);

        assertThat(kept(before, good(flow))).isZero();
    }

    @Test
    void remembersNothingOfFilesWithOtherEndsOfLines() {
        String other = (TOP + LIST + routes(3, -1)).replace("\n", "\r\n");
        Routes before = good(other);

        assertThat(kept(before, good(other))).isZero();
    }

    @Test
    void tellsOfAFailingTestWhereItStandsNow() {
        String tested = "    tests:\n      - { request: GET /r/2/x, expect: 401 }\n";
        good(TOP + LIST + route(1, "") + route(2, tested));

        RouteFileResult now = read(TOP + LIST + "  # a line\n  # and another\n" + route(7, "") + route(1, "") + route(2, tested)
                + route(8, "").replace("/r/8/**", "/r/2/x"));

        assertThat(now).isInstanceOfSatisfying(RouteFileResult.Invalid.class, invalid -> assertThat(invalid.problems())
                .singleElement().satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(24);
                    assertThat(problem.column()).isEqualTo(9);
                    assertThat(problem.path()).isEqualTo("routes[2].tests[0]");
                }));
    }

    @Test
    void tellsOfTwoRoutesForTheSameRequestsThoughOneOfThemIsKnown() {
        good(TOP + LIST + route(1, ""));

        RouteFileResult now = read(TOP + LIST + route(5, "").replace("/r/5/**", "/r/1/**") + route(1, ""));

        assertThat(now).isInstanceOfSatisfying(RouteFileResult.Invalid.class, invalid -> assertThat(invalid.problems())
                .singleElement().satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(14);
                    assertThat(problem.message()).contains("takes the same requests as route route-5 on line 9");
                }));
    }

    @Test
    void remembersTheLastGoodFileThroughABadOne() {
        Routes before = good(TOP + LIST + routes(5, -1));
        read(TOP + LIST + routes(5, -1).replace("signed-in", "signed"));

        assertThat(kept(before, good(TOP + LIST + routes(5, 2)))).isEqualTo(4);
    }

    @Test
    void makesTheSameOfAFileAsAReaderWithoutMemory() {
        List<String> all = List.of(route(1, ""), route(2, "    tests: [{ request: GET /r/2/a, expect: 401 }]\n"),
                route(3, "    upstreams: wrong\n"), route(4, "    limits: [{ name: l, per: user, requests: 1, every: 1s }]\n"),
                route(5, "").replace("signed-in", "public"), route(6, "    # a word\n\n"), "  # alone\n",
                route(7, "    tests:\n    - request: GET /r/7\n      expect: 401\n"),
                route(8, "").replace("http://127.0.0.1:7000", "orders"),
                route(9, "    limits:\n      - { name: l, per: user, requests: 1, every: 1s }\n").replace("signed-in", "public"),
                route(10, "").replace("signed-in", "|-\n      signed-in"),
                route(11, "    tests: [{ request: GET /r/11, expect: forward }]\n"),
                route(1, "").replace("route-1", "again"));
        List<String> around = List.of("", "defaults: { timeout: 2s }\n", "arrivals: { requests: 5, every: 1s }\n");
        Random random = new Random(7);
        int goodOnes = 0;
        for (int file = 0; file < 1_500; file++) {
            List<String> some = new ArrayList<>(all);
            Collections.shuffle(some, random);
            String above = random.nextInt(4) > 0 ? "" : around.get(random.nextInt(3));
            String below = random.nextInt(4) > 0 || !above.isEmpty() ? "" : around.get(random.nextInt(3));
            String yaml = TOP + above + LIST + String.join("", some.subList(0, 1 + random.nextInt(6))) + below;

            RouteFileResult fresh = RouteFile.read(yaml, Map.<String, String>of()::get);
            RouteFileResult remembering = read(yaml);

            if (fresh instanceof RouteFileResult.Valid(Routes expected)) {
                goodOnes++;
                Routes now = remembering instanceof RouteFileResult.Valid(Routes routes) ? routes : Routes.NONE;
                assertThat(now.routes()).as(yaml).isEqualTo(expected.routes());
                assertThat(now.tests()).as(yaml).isEqualTo(expected.tests());
                assertThat(now.warnings()).as(yaml).isEqualTo(expected.warnings());
                assertThat(now.arrivals()).as(yaml).isEqualTo(expected.arrivals());
                assertThat(now.issuers()).as(yaml).isEqualTo(expected.issuers());
            } else {
                assertThat(remembering).as(yaml).isEqualTo(fresh);
            }
        }
        assertThat(goodOnes).as("good files, or the test shows nothing").isBetween(200, 1_400);
    }
}
