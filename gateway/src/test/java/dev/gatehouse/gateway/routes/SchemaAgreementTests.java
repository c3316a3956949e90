package dev.gatehouse.gateway.routes;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/// Of whatever text stands under a key the schema and the loader say the same: the forms of values stand in both.
class SchemaAgreementTests {

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(RoutesSchemaTests.text());

    private static final List<String> LABELS = List.of("a", "B", "7", "_", "-", ".", "..", "api", "example.com", "localhost",
            "127.0.0.1", "1.2.3.400", "[::1]", "*", "*.", "\u212a", "x".repeat(62), "x".repeat(260));
    private static final List<String> PATHS = List.of("/", "//", "/a", "/.", "/..", "/*", "/**", "/{id}", "/{id}/{id}", "{", "}",
            "%",
            "%2F", "%2f", "%25", "%41", "%40", "%00", "%C3%A9", "%C0%AF", "%E2%80%8B", "%EF%BC%8F", "%E2%80%A8", "%F0%9F%98%80",
            "%ED%A0%80", "%C2%80", "%F4%90%80%80", "%7F", "?", "?a=b", "#", ";", "\\", "é", "<", "\"", "|", "^", "`", "~", "!",
            "&", "'",
            "(", "+", ",", "=", "@", ":", "$", "/a".repeat(40), "y".repeat(1020));
    private static final List<String> SCHEMES = List.of("http://", "http://", "https://", "https://", "", "HTTP://", "http:/",
            "lb://",
            "file:", "ftp://", "//", "http://u@", "https://u:p@", "spiffe://", "dns:", "urn:ab:", "null");
    private static final List<String> PORTS = List.of("", "", "", ":80", ":0", ":65535", ":65536", ":080", ":443", ":", ":x",
            ":8443",
            ":99999999999");
    private static final List<String> WORDS = List.of("", " ", "a", "Z", "0", "-", "_", ".", ",", "\t", "\n", "\r", "\u0001",
            "\u007f", "\u0085",
            "\u00a0", "\u2028", "é", "日", "\"", "\\", "!", "#", "$", "%", "&", "'", "*", "+", "^", "`", "|", "~", "/", ":", "@",
            "[",
            "]", "(", "{", "}", ";", "<", "=", "GET", "TRACE", "CONNECT", "user", "ip", "route", "header:", "claim:", "hash:user",
            "hash:header:", "least-busy", "never", "safe", "public", "signed-in", "none", "api", "http1", "h2", "basic", "group",
            "urn:", "urn:ab:c", "dns:", "dn:", "CN=a", "O=b", "spiffe://", "example.org", "/x", "/../", "unlimited", "forward",
            "GET /a", "w".repeat(64), "w".repeat(257));
    private static final List<String> QUANTITIES = List.of("0", "1", "5", "9", "00", "60", "99", "100", "124", "125", "300",
            "366",
            "367", "600", "999", "1000", "1440", "3600", "8784", "86400", "1073741824", "31622400", "999999999", "ms", "s", "m",
            "h", "d",
            "B", "kB", "KB", "MB", "GB", "KiB", "MiB", "GiB", "Mb", "-", ".", " ", "unlimited", "\n", "٣");

    /// Where a text may stand: a file with V in its place.
    ///
    /// @param unseen whether a problem is one that a schema cannot see
    record Place(String yaml, Predicate<String> unseen) {

        static Place of(String yaml) {
            return new Place(yaml, _ -> false);
        }
    }

    private static final String ISSUER = "version: 1\nissuers: { main: { %s } }\nroutes:\n  - { id: a, match: { path: /a }, upstream: 'http://h', access: public }\n";

    private static Place route(String fields) {
        return Place.of(RouteFileExamples.with(fields));
    }

    private static Place match(String fields) {
        return Place.of(RouteFileExamples.route("id: a, match: { " + fields + " }, upstream: 'http://h', access: public"));
    }

    private static Place access(String access) {
        return Place.of(RouteFileExamples.route("id: a, match: { path: /a }, upstream: 'http://h', access: " + access));
    }

    private static Place issuer(String fields) {
        return Place.of(ISSUER.formatted(fields));
    }

    private static Place keys(String fields) {
        return new Place(ISSUER.formatted(fields),
                problem -> problem.contains("jwks: file:") && !problem.contains("jwks: file: ("));
    }

    private static Place signed(String fields) {
        return issuer("issuer: i, jwks: 'https://i/jwks', audiences: [api], " + fields);
    }

    private static Place asked(String fields) {
        return issuer("issuer: i, audiences: [api], introspection: { " + fields + " }");
    }

    private static Place named(String fields) {
        return Place.of(RouteFileExamples.route("id: a, match: { path: /a }, upstream: n, access: public").replace("routes:",
                "upstreams: { n: { instances: [{ url: 'http://h' }], " + fields + " } }\nroutes:"));
    }

    static final List<Place> NAMES = List.of(
            Place.of(RouteFileExamples.route("id: V, match: { path: /a }, upstream: 'http://h', access: public")),
            match("path: /a, methods: [V]"), route("cors: { origins: ['https://a'], methods: [V] }"),
            route("cors: { origins: ['https://a'], headers: [V] }"),
            route("cors: { origins: ['https://a'], expose: [V] }"), route("security-headers: V"),
            route("retries: V"), route("compression: V"), access("V"), access("{ roles: [V] }"),
            access("{ scopes: [V] }"), access("{ claim: V, is: x }"), access("{ claim: x, is: V }"), access("{ acr: [V] }"),
            access("{ client-certificate: [V] }"), issuer("issuer: V, jwks: 'https://i', audiences: [api]"),
            issuer("issuer: i, jwks: 'https://i', audiences: [V]"), signed("typ: [V]"), signed("algorithms: [V]"),
            signed("required-claims: [V]"), signed("cookie: V"), asked("url: 'https://i', client-id: V, client-secret: x"),
            asked("url: 'https://i', client-id: x, client-secret: V"),
            asked("url: 'https://i', client-id: x, client-secret: x, auth: V"),
            issuer("issuer: i, shared-key: V"), issuer("issuer: i, typ: [V], shared-key: " + "s".repeat(32)),
            named("balance: V"),
            new Place(named("protocol: V").yaml(), problem -> problem.contains("which h2 and tls are about")),
            route("limits: [{ name: V, per: ip, requests: 1, every: 1s }]"),
            route("limits: [{ name: n, per: V, requests: 1, every: 1s }]"),
            Place.of(RouteFileExamples.with("limits: []").replace("routes:",
                    "policies: { n: { per: ip, requests: 1, every: 1s, scope: V } }\nroutes:")),
            Place.of(RouteFileExamples.with("limits: []").replace("routes:",
                    "policies: { V: { per: ip, requests: 1, every: 1s } }\nroutes:")),
            Place.of(RouteFileExamples.with("limits: []").replace("routes:",
                    "upstreams: { V: { instances: [{ url: 'http://h' }] } }\nroutes:")),
            Place.of(ISSUER.formatted("issuer: i, jwks: 'https://i', audiences: [a]").replace("main:", "V:")),
            test("request: GET /a, as: { sub: V }, expect: forward"),
            test("request: GET /a, as: { roles: [V] }, expect: forward"),
            test("request: GET /a, as: { scopes: [V] }, expect: forward"),
            test("request: GET /a, as: { acr: V }, expect: forward"),
            test("request: GET /a, expect: V"), test("request: V, expect: 404"),
            test("request: GET /a, host: V, expect: forward"));

    private static Place test(String fields) {
        return new Place(RouteFileExamples.with("tests: [{ " + fields + " }]"), problem -> problem.contains(" gives "));
    }

    static final List<Place> ADDRESSES = List.of(
            Place.of(RouteFileExamples.route("id: a, match: { path: /a }, upstream: [{ url: V }], access: public")),
            route("mirror: { url: V }"), route("cors: { origins: [V] }"), match("path: /a, host: V"),
            keys("issuer: i, jwks: V, audiences: [api]"), keys("issuer: i, jwks: V, audiences: [api], insecure-http: true"),
            asked("url: V, client-id: x, client-secret: x"), access("{ client-certificate: [V] }"),
            test("request: GET /a, host: V, expect: forward"));

    static final List<Place> PATH_PLACES = List.of(
            new Place(RouteFileExamples.route("id: a, match: { path: V }, upstream: 'http://h', access: public"),
                    problem -> problem.contains("each {name} once") || problem.contains("is unreachable")),
            named("health: { path: V }"),
            Place.of(RouteFileExamples.route("id: a, match: { path: /a }, upstream: [{ url: V }], access: public")));

    static final List<Place> TIMES = List.of(route("timeout: V"), route("max-body: V"),
            route("cors: { origins: ['https://a'], max-age: V }"), access("{ max-age: V }"), signed("leeway: V"),
            signed("max-stale: V"), asked("url: 'https://i', client-id: x, client-secret: x, timeout: V"),
            asked("url: 'https://i', client-id: x, client-secret: x, cache: V"),
            asked("url: 'https://i', client-id: x, client-secret: x, negative-cache: V"),
            named("health: { path: /z, every: V }"), named("health: { path: /z, timeout: V }"),
            route("websocket: { max-frame: V }"), route("websocket: { idle-timeout: V }"),
            route("limits: [{ name: n, per: ip, requests: 1, every: V }]"),
            test("request: GET /a, as: { auth-age: V }, expect: forward"));

    @Property
    void aboutNames(@ForAll("names") Sample sample) {
        agree(sample);
    }

    @Property
    void aboutAddresses(@ForAll("addresses") Sample sample) {
        agree(sample);
    }

    @Property
    void aboutPaths(@ForAll("paths") Sample sample) {
        agree(sample);
    }

    @Property
    void aboutTimesAndSizes(@ForAll("times") Sample sample) {
        agree(sample);
    }

    private static void agree(Sample sample) {
        Assume.that(!sample.text().contains("${") && !sample.text().startsWith("dn:")); // the environment, and the subjects of certificates
        String yaml = sample.place().yaml().replace("V", quoted(sample.text()));
        boolean schema = SCHEMA.validate(JsonMapper.shared().writeValueAsString(new Yaml().<Object>load(yaml)), InputFormat.JSON)
                .isEmpty();
        List<String> problems = switch (RouteFile.read(yaml, Map.<String, String>of()::get)) {
            case RouteFileResult.Valid _ -> List.of();
            case RouteFileResult.Invalid(List<RouteProblem> all) ->
                all.stream().map(RouteProblem::toString).filter(sample.place().unseen().negate()).toList();
        };

        assertThat(problems.isEmpty()).as("%s; the loader says %s", yaml, problems).isEqualTo(schema);
    }

    /// As YAML and JSON both read it.
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> quoted
                .append(c >= ' ' && c <= '~' && c != '"' && c != '\\' ? Character.toString(c) : "\\u%04x".formatted(c)));
        return quoted.append('"').toString();
    }

    record Sample(Place place, String text) {}

    @Provide
    Arbitrary<Sample> names() {
        return samples(NAMES, WORDS, 3);
    }

    @Provide
    Arbitrary<Sample> addresses() {
        return Combinators
                .combine(Arbitraries.of(ADDRESSES), Arbitraries.of(SCHEMES), joined(LABELS, 0, 3), Arbitraries.of(PORTS),
                        joined(PATHS, 0, 2))
                .as((place, scheme, host, port, path) -> new Sample(place, scheme + host + port + path));
    }

    @Provide
    Arbitrary<Sample> paths() {
        return Combinators
                .combine(Arbitraries.of(PATH_PLACES), Arbitraries.of("/", "/", "", "http://h", "http://h/"), joined(PATHS, 1, 3))
                .as((place, start, path) -> new Sample(place, start + path));
    }

    @Provide
    Arbitrary<Sample> times() {
        return samples(TIMES, QUANTITIES, 3);
    }

    private static Arbitrary<Sample> samples(List<Place> places, List<String> pieces, int most) {
        return Combinators.combine(Arbitraries.of(places), joined(pieces, 1, most)).as(Sample::new);
    }

    private static Arbitrary<String> joined(List<String> pieces, int least, int most) {
        return Arbitraries.of(pieces).list().ofMinSize(least).ofMaxSize(most).map(list -> String.join("", list));
    }
}
