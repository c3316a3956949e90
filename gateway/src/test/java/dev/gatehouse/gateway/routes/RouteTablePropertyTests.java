package dev.gatehouse.gateway.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routefile.RouteProblem;

import static org.assertj.core.api.Assertions.assertThat;

/// What holds for every table: found with thousands of random ones, each named by its seed.
class RouteTablePropertyTests {

    @Test
    void agreesWithTryingEveryRoute() {
        for (int seed = 0; seed < 2_000; seed++) {
            RandomRoutes random = new RandomRoutes(seed, 4);
            List<RouteSpec> routes = random.table(1 + seed % 30);
            RouteTable table = RouteTable.of(routes);
            for (int i = 0; i < 40; i++) {
                String method = random.method();
                String host = random.host();
                String path = random.path();
                String found = TestRoutes.match(table, method, host, path);
                String expected = new NaiveTable(routes).match(method,
                        host.endsWith(".") ? host.substring(0, host.length() - 1) : host, path);
                if (!found.equals(expected)) {
                    assertThat(found).as("seed %s: %s %s%s in %s", seed, method, host, path, routes).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void callsARouteUnreachableExactlyIfNoRequestReachesIt() {
        int unreachable = 0;
        for (int seed = 0; seed < 100; seed++) {
            List<RouteSpec> routes = new RandomRoutes(seed, 2).table(40);
            Set<String> reported = reported(routes);
            assertThat(reported).as("seed %s: %s", seed, routes.stream().map(RouteSpec::id).toList())
                    .isEqualTo(unreached(routes));
            unreachable += reported.size();
        }
        assertThat(unreachable).as("routes that are unreachable, or the test shows nothing").isGreaterThan(20);
    }

    /// The routes that a check of the file calls unreachable.
    private static Set<String> reported(List<RouteSpec> routes) {
        StringBuilder yaml = new StringBuilder("version: 1\nroutes:\n");
        for (int i = 0; i < routes.size(); i++) {
            RouteMatch match = routes.get(i).match();
            String methods = match.methods().isEmpty() ? "" : ", methods: " + match.methods();
            String host = match.host().map(name -> ", host: '" + name + "'").orElse("");
            yaml.append("  - { id: r").append(i).append(", match: { path: '").append(match.path()).append("'").append(methods)
                    .append(host)
                    .append(" }, upstream: 'http://localhost:1', access: public }\n");
        }
        Set<String> reported = new LinkedHashSet<>();
        if (RouteFile.read(yaml.toString(),
                Map.<String, String>of()::get) instanceof RouteFileResult.Invalid(List<RouteProblem> problems)) {
            for (RouteProblem problem : problems) {
                assertThat(problem.message()).contains("is unreachable: more specific routes take all of its requests");
                Matcher index = Pattern.compile("routes\\[([0-9]+)]").matcher(problem.path());
                assertThat(index.find()).isTrue();
                reported.add(routes.get(Integer.parseInt(index.group(1))).id());
            }
        }
        return reported;
    }

    /// The routes that none of all short requests reaches; `z`, `ANY` and `new` stand for values that no route names.
    private static Set<String> unreached(List<RouteSpec> routes) {
        RouteTable table = RouteTable.of(routes);
        Set<String> ids = new LinkedHashSet<>(routes.stream().map(RouteSpec::id).toList());
        for (String path : paths()) {
            for (String method : List.of("GET", "HEAD", "POST", "OPTIONS", "PUT", "ANY")) {
                for (String host : List.of("other", "h.x.y", "x.y", "new.x.y", "new.y")) {
                    ids.remove(TestRoutes.match(table, method, host, path));
                }
            }
        }
        return ids;
    }

    private static List<String> paths() {
        List<String> paths = new ArrayList<>(List.of("/"));
        List<String> level = List.of("");
        for (int depth = 0; depth < 4; depth++) {
            level = level.stream().flatMap(path -> List.of("a", "b", "c", "z").stream().map(part -> path + "/" + part)).toList();
            paths.addAll(level);
            level.forEach(path -> paths.add(path + "/"));
        }
        return paths;
    }

    @Test
    void walksAsFarInTenThousandRoutesAsInTen() {
        for (String path : List.of("/service7/orders/12", "/service7/orders/12/items/3", "/service7/other", "/nowhere/at/all")) {
            assertThat(steps(10_000, path)).as(path).isEqualTo(steps(10, path)).isLessThan(10);
        }
    }

    private static int steps(int services, String path) {
        PathTree tree = new PathTree();
        IntStream.range(0, services)
                .mapToObj(i -> List.of("GET /service" + i + "/orders/{id}", "POST /service" + i + "/orders/{id}",
                        "/service" + i + "/**"))
                .flatMap(List::stream)
                .map(TestRoutes::route)
                .forEach(route -> tree.add(route.match(), new RouteTable.Found(route)));
        PathTree.Walk walk = new PathTree.Walk("GET", path);
        tree.find(walk);
        return walk.steps();
    }

    @Test
    void findsASegmentAmongTenThousandInAFewProbes() {
        SegmentMap<Integer> map = new SegmentMap<>();
        for (int i = 0; i < 10_000; i++) {
            int value = i;
            map.computeIfAbsent("service" + i, () -> value);
        }
        assertThat(map.get("/service9876/x", 1, 12)).isEqualTo(9876);
        assertThat(map.get("/service98765/x", 1, 13)).isNull();
        assertThat(map.longestProbe()).isLessThan(32);
    }

    @Test
    void loadsTenThousandRoutes() {
        StringBuilder yaml = new StringBuilder("version: 1\nroutes:\n");
        for (int i = 0; i < 10_000; i++) {
            yaml.append("  - { id: r").append(i).append(", match: { path: '/service").append(i % 2_500).append("/v")
                    .append(i / 2_500)
                    .append("/**' }, upstream: 'http://localhost:1', access: public }\n");
        }
        RouteFileResult result = RouteFile.read(yaml.toString(), Map.<String, String>of()::get);
        assertThat(result).isInstanceOfSatisfying(RouteFileResult.Valid.class, valid -> {
            RouteTable table = RouteTable.of(valid.routes().routes());
            assertThat(TestRoutes.match(table, "GET", "any", "/service2499/v3/x")).isEqualTo("r9999");
        });
    }
}
