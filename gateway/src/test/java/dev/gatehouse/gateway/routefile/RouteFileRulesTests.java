package dev.gatehouse.gateway.routefile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.TestRoutes;

import static org.assertj.core.api.Assertions.assertThat;

/// What takes several routes, or the file as a whole, to go wrong.
class RouteFileRulesTests {

    private static final String ISSUERS = "issuers: { main: { issuer: i, jwks: 'https://k', audiences: [api] } }\n";

    private static List<String> problems(String yaml) {
        return problems(yaml, Map.of());
    }

    private static List<String> problems(String yaml, Map<String, String> environment) {
        return switch (RouteFile.read(yaml, environment::get)) {
            case RouteFileResult.Valid _ -> List.of();
            case RouteFileResult.Invalid(List<RouteProblem> problems) -> problems.stream().map(RouteProblem::toString).toList();
        };
    }

    /// A file with one route a line, beginning on line 4: `"GET,POST api.example.com/orders/**"`, methods and host as needed; ids are r0, r1 and so on.
    private static String routes(String... conditions) {
        StringBuilder yaml = new StringBuilder("version: 1\n" + ISSUERS + "routes:\n");
        for (int i = 0; i < conditions.length; i++) {
            RouteMatch match = TestRoutes.route(conditions[i]).match();
            List<String> parts = new ArrayList<>(List.of("path: '" + match.path() + "'"));
            if (!match.methods().isEmpty()) {
                parts.add("methods: " + match.methods());
            }
            match.host().ifPresent(host -> parts.add("host: '" + host + "'"));
            yaml.append("  - { id: r").append(i).append(", match: { ").append(String.join(", ", parts))
                    .append(" }, upstream: 'http://localhost:1', access: public }\n");
        }
        return yaml.toString();
    }

    @Test
    void reportsFiveMistakesAtOnceByLine() {
        assertThat(problems("""
                version: 1
                routes:
                  - id: orders
                    match: { path: /api/orders/** }
                    upstream: ftp://localhost:8082
                    access: public
                  - id: orders
                    match: { path: "/api/{id}" }
                    upstream: http://localhost:8082
                    timeout: soon
                  - id: other
                    match: { path: /api/*, methodes: [GET] }
                    upstream: http://localhost:8082
                    access: public
                """)).containsExactly(
                "5:15  routes[0].upstream: ftp://localhost:8082 (expected: http://host or https://host, a port and a path if need be)",
                "7:5  routes[1].access: missing (expected: public, optional, signed-in, client-certificate, { roles: [name] }, { scopes: [name] } or another condition)",
                "7:9  routes[1].id: orders (expected: an id of its own; line 3 has the same)",
                "10:14  routes[1].timeout: soon (expected: 1ms to 1h, such as 500ms, 10s or 2m)",
                "12:20  routes[2].match.path: /api/* takes the same requests as route orders on line 7 (expected: another path, method or host)",
                "12:28  routes[2].match.methodes: unknown key, did you mean methods?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a/{x}", "/a/**", "GET /a", "h.com/a", "GET *.h.com/a/"})
    void refusesTwoRoutesForTheSameRequests(String condition) {
        assertThat(problems(routes(condition, "/other", condition.replace("{x}", "*"))))
                .singleElement().asString().startsWith("6:30  routes[2].match.path: ")
                .contains("takes the same requests as route r0 on line 4");
    }

    @Test
    void refusesMethodsThatOverlap() {
        assertThat(problems(routes("GET,POST /a", "PUT,POST /a"))).singleElement().asString()
                .contains("takes the same requests as route r0");
    }

    @Test
    void letsRoutesOverlapThatHaveAnOrder() {
        assertThat(problems(routes("/a", "GET /a", "POST /a", "h.com/a", "*.com/a", "/{x}", "/**", "GET /**", "/a/", "HEAD /a")))
                .isEmpty();
    }

    @Test
    void refusesARouteOfWhichNothingIsLeft() {
        assertThat(problems(routes("/a/**", "/a", "/a/", "/a/{x}/**")))
                .containsExactly("4:30  routes[0].match.path: /a/** is unreachable: more specific"
                        + " routes take all of its requests (r1, r2, r3) (expected: a path with requests left)");
    }

    @Test
    void refusesARouteWhoseOnlyMethodIsTaken() {
        assertThat(problems(routes("GET /**", "/", "/{x}", "/{x}/", "GET /{x}/{y}/**"))).singleElement().asString()
                .contains("/** is unreachable");
    }

    @Test
    void keepsARouteOfWhichAnyMethodIsLeft() {
        assertThat(problems(routes("/**", "GET /", "GET /{x}/**"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/.well-known/gatehouse/jwks.json", "GET h.com/livez"})
    void refusesThePathsOfTheGatewayItself(String condition) {
        assertThat(problems(routes(condition))).singleElement().asString().contains("the gateway keeps this path for itself");
    }

    @Test
    void refusesAKeyTwice() {
        assertThat(problems(routes("/a") + "version: 1\n"))
                .containsExactly("5:1  version: a second time (expected: once; the first is on line 1)");
    }

    @Test
    void refusesAliasesBeforeTheyMultiply() {
        assertThat(problems("version: 1\nroutes: [&a [x, x], *a, *a]\n")).contains("2:10  routes[0]: &a (expected: no anchors)",
                "2:21  routes[1]: *a (expected: no aliases; write the value out)");
    }

    @Test
    void refusesMergeKeys() {
        assertThat(problems(routes("/a").replace("access: public }", "access: public, <<: {} }"))).singleElement().asString()
                .contains("unknown key");
    }

    @Test
    void refusesTags() {
        assertThat(problems(routes("/a").replace("id: r0", "id: !!java.net.URL r0"))).singleElement().asString()
                .contains("(expected: no tags)");
    }

    @Test
    void refusesASecondDocument() {
        assertThat(problems(routes("/a") + "---\nversion: 1\n")).containsExactly("5:1  a second document (expected: one)");
    }

    @Test
    void refusesWhatIsNotYaml() {
        assertThat(problems("version: 1\nroutes: [\n  - a: }\n")).singleElement().asString().startsWith("3:")
                .contains("not YAML: ");
        assertThat(problems("version: \u0000")).containsExactly("1:10  not YAML: a character that cannot be printed");
        assertThat(problems("# é 😀\n".repeat(5_000) + "version: \u0007"))
                .containsExactly("5001:10  not YAML: a character that cannot be printed");
        assertThat(problems("- version: 1")).containsExactly("1:1  a list (expected: a map of keys)");
        assertThat(problems("# nothing")).containsExactly("1:1  empty file (expected: version and routes)");
        assertThat(problems("? [a]\n: b\n")).contains("1:3  a key that is not a plain name (expected: a name)");
    }

    @Test
    void refusesWhatIsTooDeepOrTooLong() {
        assertThat(problems("version: " + "[".repeat(100_000))).singleElement().asString()
                .contains("not YAML: nested deeper than 32");
        assertThat(problems("#".repeat(17 * 1024 * 1024)))
                .containsExactly("1:1  17825792 characters (expected: at most 16777216)");
        assertThat(problems("a: [" + "[],".repeat(1_000_001) + "]")).singleElement().asString()
                .contains("not YAML: more than 1000000 values");
    }

    /// The keys that lead to a value are told for each problem: ten nested keys of a thousand letters around 100,000 values would be a gigabyte.
    @Test
    void keepsLongKeysApartFromWhatTheyHold() {
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            yaml.append("{ ").append("k".repeat(1_000)).append(i).append(": ");
        }
        yaml.append("[").append("x,".repeat(100_000)).append("]").append("}".repeat(10));
        List<String> found = problems(yaml.toString());
        assertThat(found).hasSize(3).allMatch(problem -> problem.length() < 800);
    }

    @Test
    void stopsListingProblemsThatNobodyReads() {
        List<String> found = problems("version: 1\nroutes: [" + "*a,".repeat(50_000) + "]");
        assertThat(found).hasSize(1_001).last().asString().contains(" more problems");
    }

    @Test
    void survivesTheBillionLaughs() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (int i = 1; i < 40; i++) {
            yaml.append("a").append(i).append(": &a").append(i).append(" [*a").append(i - 1).append(", *a").append(i - 1)
                    .append("]\n");
        }
        assertThat(problems(yaml.toString())).contains("2:5  a1: &a1 (expected: no anchors)");
    }

    @Test
    void putsTheEnvironmentIntoValues() {
        Map<String, String> environment = Map.of("HOST", "example.com", "PORT", "81", "EMPTY", "");
        String yaml = routes("/a").replace("http://localhost:1", "http://${HOST}:${PORT}/${EMPTY:base}${MISSING:}");
        assertThat(RouteFile.read(yaml, environment::get)).isInstanceOfSatisfying(RouteFileResult.Valid.class,
                valid -> assertThat(
                        valid.routes().routes().getFirst().upstreams().getFirst().origin())
                        .hasToString("http://example.com:81/base"));
    }

    @Test
    void looksIntoNoVariableAgain() {
        assertThat(problems(routes("/a").replace("localhost:1", "${HOST}"), Map.of("HOST", "${PATH}"))).singleElement().asString()
                .contains("upstream: ");
    }

    @Test
    void neverShowsWhatAVariableHolds() {
        assertThat(problems(routes("/a").replace("http://localhost:1", "${UP}"), Map.of("UP", "http://secret?")))
                .singleElement().asString().contains("upstream: ${UP} (expected").doesNotContain("secret");
    }

    @Test
    void readsNoVariablesInKeys() {
        assertThat(problems(routes("/a") + "${KEY:defaults}: {}\n"))
                .contains(
                        "5:1  ${KEY:defaults}: unknown key (expected: version, issuers, defaults, arrivals, upstreams, policies, routes)");
    }

    @Test
    void findsAKeyFileBesideTheRoutes(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("keys.json"), "{}");
        Path file = Files.writeString(folder.resolve("routes.yml"), routes("/a").replace("https://k", "file:keys.json"));
        assertThat(RouteFile.read(file, _ -> null)).isInstanceOfSatisfying(RouteFileResult.Valid.class,
                valid -> assertThat(((IssuerSpec.Signature) valid.routes().issuers().getFirst().proof()).jwks())
                        .isEqualTo(folder.resolve("keys.json").toUri()));
    }

    @Test
    void takesTokensUnderASharedSecretOnlyWhereARouteNamesTheirIssuer() {
        String yaml = "version: 1\nissuers: { main: { issuer: i, jwks: 'https://k', audiences: [api] }, older: { issuer: o, shared-key: "
                + "s".repeat(32) + " } }\nroutes:\n  - { id: a, match: { path: /a }, upstream: 'http://h', access: signed-in }\n"
                + "  - { id: b, match: { path: /b }, upstream: 'http://h', access: signed-in, issuers: [older] }\n";
        assertThat(RouteFile.read(yaml, _ -> null)).isInstanceOfSatisfying(RouteFileResult.Valid.class,
                valid -> assertThat(valid.routes().routes()).extracting(route -> route.issuers().ids())
                        .containsExactlyInAnyOrder(Set.of("main"), Set.of("older")));
    }

    private static String tested(String access, String tests) {
        return routes("*.example.com/a/**", "/b/{id}").replace("access: public }\n",
                "access: " + access + ", tests: [ " + tests + " ] }\n");
    }

    @Test
    void runsTestsOnTheHostOfTheirRoute() {
        assertThat(problems(routes("*.example.com/a").replace("access: public",
                "access: public, tests: [{ request: GET /a, expect: forward }]"))).isEmpty();
    }

    @Test
    void failsATestThatAnotherRouteAnswers() {
        assertThat(problems(tested("public", "{ request: GET /b/7, expect: forward }")))
                .singleElement().asString()
                .endsWith("routes[0].tests[0]: GET /b/7 gives forward by route r1 (expected: forward)");
    }

    @Test
    void asksTheAccessOfTheRoute() {
        String yaml = routes("/a").replace("access: public", """
                access: { scopes: [read, write] }, tests: [
                    { request: GET /a, expect: 401 },
                    { request: GET /a, as: {}, expect: 403 },
                    { request: GET /a, as: { scopes: [read] }, expect: 403 },
                    { request: GET /a, as: { sub: alice, scopes: [write, read] }, expect: 403 } ]""");
        assertThat(problems(yaml)).containsExactly("8:5  routes[0].tests[3]: GET /a as alice gives forward (expected: 403)");
    }

    @Test
    void tellsWhyAPathIsRefusedOrAMethod() {
        String yaml = routes("GET /a").replace("access: public",
                "access: public, tests: [{ request: GET /a/../a, expect: forward }, { request: PUT /a, expect: forward }]");
        assertThat(problems(yaml)).satisfiesExactly(
                first -> assertThat(first).endsWith("GET /a/../a gives 400 (empty or dot segment) (expected: forward)"),
                second -> assertThat(second).endsWith("PUT /a gives 405 (allowed: GET, HEAD) (expected: forward)"));
    }

    @Test
    void warnsWhereNothingTellsWhoseUserItIs() {
        String two = "issuers: { a: { issuer: 'https://a', jwks: 'https://a/k', audiences: [api] }, b: { issuer: 'https://b', jwks: "
                + "'https://b/k', audiences: [api] } }\n";
        for (String told : List.of("", ", forward-token: true, assertion: false", ", issuers: [a], assertion: false",
                ", assertion: false")) {
            String yaml = "version: 1\n" + two
                    + "routes:\n  - { id: r, match: { path: /r }, upstream: 'http://h', access: signed-in"
                    + told + " }\n";
            assertThat(RouteFile.read(yaml, _ -> null)).as(told).isInstanceOfSatisfying(RouteFileResult.Valid.class,
                    valid -> assertThat(valid.routes().warnings()).as(told).hasSize(told.equals(", assertion: false") ? 1 : 0)
                            .allMatch(warning -> warning.startsWith("route r: takes tokens of 2 issuers")));
        }
    }

    /// Each route a condition and who may use it; the warning's beginning, or nothing.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "GET /a signed-in; /a public | route r1: takes POST, PUT, PATCH, DELETE of /a, too,",
            "/a optional; GET /a signed-in | route r0: takes POST, PUT, PATCH, DELETE of /a, too,",
            "POST,PUT /a signed-in; /a public | route r1: takes PATCH, DELETE of /a, too, without asking who calls, while a caller is needed for POST, PUT (",
            "h.com/a public; GET h.com/a signed-in | route r0: takes POST,",
            "DELETE /a/{x} signed-in; PUT /a/{x} public; /a/{y} public | route r2: takes POST, PATCH of /a/{y}, too,",
            "POST,PUT,PATCH,DELETE /a signed-in; /a public | ''",
            "GET /a public; /a signed-in | ''",
            "GET /a signed-in; POST /a public | ''",
            "GET /a signed-in; /a signed-in | ''",
            "GET /a public; POST /a public; /a public | ''",
            "GET /a signed-in; /** public | ''",
            "GET h.com/a signed-in; /a public | ''",
            "GET /a signed-in; /a/ public | ''"})
    void warnsOfMethodsThatAreLeftOpen(String routes, String warning) {
        StringBuilder yaml = new StringBuilder("version: 1\n" + ISSUERS + "routes:\n");
        String[] each = routes.split("; ", -1);
        for (int i = 0; i < each.length; i++) {
            int space = each[i].lastIndexOf(' ');
            yaml.append(
                    routes(each[i].substring(0, space)).lines().skip(3).findFirst().orElseThrow().replace("id: r0", "id: r" + i)
                            .replace("access: public", "access: " + each[i].substring(space + 1)))
                    .append('\n');
        }
        assertThat(RouteFile.read(yaml.toString(), _ -> null)).isInstanceOfSatisfying(RouteFileResult.Valid.class,
                valid -> assertThat(valid.routes().warnings()).as(routes).hasSize(warning.isEmpty() ? 0 : 1)
                        .allMatch(one -> one.startsWith(warning)));
    }

    @Test
    void warnsOfALimitPerUserWhereThereAreNoUsers() {
        String yaml = routes("/a").replace("access: public",
                "access: public, limits: [{ name: n, per: user, requests: 1, every: 1s }]");
        assertThat(RouteFile.read(yaml, _ -> null)).isInstanceOfSatisfying(RouteFileResult.Valid.class,
                valid -> assertThat(valid.routes().warnings())
                        .containsExactly("route r0: limit n counts by address, since a public route knows no user"));
    }
}
