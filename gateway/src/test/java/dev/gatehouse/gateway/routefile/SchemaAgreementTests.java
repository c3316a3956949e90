package dev.gatehouse.gateway.routefile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

/// Of whatever text or number stands under a key the schema and the loader say the same: the forms of values stand in both. See [SchemaKindsTests].
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
            "encoded-slash", "matrix-parameters",
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

    private static Place defaults(String fields) {
        return Place.of(RouteFileExamples.with("limits: []").replace("routes:", "defaults: { " + fields + " }\nroutes:"));
    }

    private static Place arrivals(String fields) {
        return Place.of(RouteFileExamples.with("limits: []").replace("routes:", "arrivals: { " + fields + " }\nroutes:"));
    }

    private static Place policy(String fields) {
        return Place.of(RouteFileExamples.with("limits: []").replace("routes:", "policies: { n: { " + fields + " } }\nroutes:"));
    }

    /// When another rate holds.
    private static Place rated(String when) {
        return policy("per: user, requests: 1, every: 1s, rates: [{ when: " + when + ", requests: 2 }]");
    }

    private static Place named(String fields) {
        return Place.of(RouteFileExamples.route("id: a, match: { path: /a }, upstream: n, access: public").replace("routes:",
                "upstreams: { n: { instances: [{ url: 'http://h' }], " + fields + " } }\nroutes:"));
    }

    static final List<Place> NAMES = List.of(
            Place.of(RouteFileExamples.route("id: V, match: { path: /a }, upstream: 'http://h', access: public")),
            match("path: /a, methods: [V]"), match("path: /a, allow: [V]"), defaults("retries: V"), rated("{ roles: [V] }"),
            rated("{ acr: [V] }"), route("cors: { origins: ['https://a'], methods: [V] }"),
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
            new Place(RouteFileExamples.route("id: a, match: { path: /a }, upstream: V, access: public"),
                    // a name that is not there
                    problem -> problem.matches(".*: " + RouteReader.ID + " \\(expected: http://host.*")
                            && !problem.contains(": empty (")),
            route("mirror: { url: V }"), route("cors: { origins: [V] }"), match("path: /a, host: V"),
            keys("issuer: i, jwks: V, audiences: [api]"), keys("issuer: i, jwks: V, audiences: [api], insecure-http: true"),
            asked("url: V, client-id: x, client-secret: x"), access("{ client-certificate: [V] }"),
            test("request: GET /a, host: V, expect: forward"));

    static final List<Place> PATH_PLACES = List.of(
            new Place(RouteFileExamples.route("id: a, match: { path: V }, upstream: 'http://h', access: public"),
                    problem -> problem.contains("each {name} once") || problem.contains("is unreachable")),
            named("health: { path: V }"),
            Place.of(RouteFileExamples.route("id: a, match: { path: /a }, upstream: [{ url: V }], access: public")));

    static final List<Place> TIMES = List.of(route("timeout: V"), route("max-body: V"), defaults("timeout: V"),
            defaults("max-body: V"), arrivals("requests: 1, every: V"), rated("{ max-age: V }"),
            policy("per: user, requests: 1, every: 1s, rates: [{ when: { roles: [a] }, requests: 2, every: V }]"),
            route("cors: { origins: ['https://a'], max-age: V }"), access("{ max-age: V }"), signed("leeway: V"),
            signed("max-stale: V"), asked("url: 'https://i', client-id: x, client-secret: x, timeout: V"),
            asked("url: 'https://i', client-id: x, client-secret: x, cache: V"),
            asked("url: 'https://i', client-id: x, client-secret: x, negative-cache: V"),
            named("health: { path: /z, every: V }"), named("health: { path: /z, timeout: V }"),
            route("websocket: { max-frame: V }"), route("websocket: { idle-timeout: V }"),
            route("limits: [{ name: n, per: ip, requests: 1, every: V }]"),
            test("request: GET /a, as: { auth-age: V }, expect: forward"));

    static final List<Place> NUMBERS = List.of(Place.of(RouteFileExamples.with("limits: []").replace("version: 1", "version: V")),
            route("mirror: { url: 'http://m', percent: V }"), route("max-concurrent: { route: V }"),
            route("max-concurrent: { user: V }"), route("websocket: { max-per-user: V }"),
            new Place(RouteFileExamples.with("strip-prefix: V"),
                    problem -> problem.contains("the segments of /a that are fixed")),
            Place.of(RouteFileExamples.route(
                    "id: a, match: { path: /a }, upstream: [{ url: 'http://h', weight: V }], access: public")),
            named("health: { path: /z, unhealthy: V }"), named("health: { path: /z, healthy: V }"),
            route("limits: [{ name: n, per: ip, requests: V, every: 1s }]"), policy("per: ip, requests: V, every: 1s"),
            policy("per: user, requests: 1, every: 1s, rates: [{ when: { roles: [a] }, requests: V }]"),
            arrivals("requests: V, every: 1s"),
            new Place(RouteFileExamples.with("tests: [{ request: GET /a, expect: V }]"), problem -> problem.contains(" gives ")));

    static final List<Place> FLAGS = List.of(route("forward-token: V"), route("assertion: V"),
            route("cors: { origins: ['https://a'], credentials: V }"),
            signed("insecure-http: V"));

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

    /// Written without quotes: what YAML 1.2 takes for a number of the same value is refused by the loader alone when it is spelled in another way.
    @Property
    void aboutNumbers(@ForAll("numbers") Sample sample) {
        String plain = sample.text();
        Object value = plainValue(plain);
        List<String> problems = problems(sample.place(), sample.place().yaml().replace("V", plain));
        boolean oddNumber = value instanceof BigDecimal && !plain.matches("0|-?[1-9][0-9]*");

        assertThat(problems.isEmpty()).as("%s in %s; the loader says %s", plain, sample.place().yaml(), problems)
                .isEqualTo(!oddNumber && schemaTakes(sample.place().yaml().replace("V", "PLACEHOLDER"), value));
    }

    @Property
    void aboutPlainWords(@ForAll("plainWords") Sample sample) {
        Object value = plainValue(sample.text());
        List<String> problems = problems(sample.place(), sample.place().yaml().replace("V", sample.text()));

        assertThat(problems.isEmpty()).as("%s in %s; the loader says %s", sample.text(), sample.place().yaml(), problems)
                .isEqualTo(schemaTakes(sample.place().yaml().replace("V", "PLACEHOLDER"), value));
    }

    /// What a value without quotes is in YAML 1.2 (core schema, §10.3.2), which editors read.
    private static Object plainValue(String plain) {
        if (plain.matches("[-+]?[0-9]+")) {
            return new BigDecimal(plain);
        } else if (plain.matches("0o[0-7]+")) {
            return new BigDecimal(new BigInteger(plain.substring(2), 8));
        } else if (plain.matches("0x[0-9a-fA-F]+")) {
            return new BigDecimal(new BigInteger(plain.substring(2), 16));
        } else if (plain.matches("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?")) {
            return new BigDecimal(plain);
        }
        return switch (plain) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            default -> plain;
        };
    }

    /// What the schema says of the file with this value where it has `PLACEHOLDER`.
    private static boolean schemaTakes(String yaml, Object value) {
        String json = JsonMapper.shared().writeValueAsString(new Yaml().<Object>load(yaml));
        return SCHEMA.validate(json.replace("\"PLACEHOLDER\"", JsonMapper.shared().writeValueAsString(value)), InputFormat.JSON)
                .isEmpty();
    }

    private static List<String> problems(Place place, String yaml) {
        return switch (RouteFile.read(yaml, Map.<String, String>of()::get)) {
            case RouteFileResult.Valid _ -> List.of();
            case RouteFileResult.Invalid(List<RouteProblem> all) ->
                all.stream().map(RouteProblem::toString).filter(place.unseen().negate()).toList();
        };
    }

    private static void agree(Sample sample) {
        Assume.that(!sample.text().contains("${") && !sample.text().startsWith("dn:")); // the environment, and the subjects of certificates
        String yaml = sample.place().yaml().replace("V", quoted(sample.text()));
        boolean schema = SCHEMA.validate(JsonMapper.shared().writeValueAsString(new Yaml().<Object>load(yaml)), InputFormat.JSON)
                .isEmpty();
        List<String> problems = problems(sample.place(), yaml);

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

    @Provide
    Arbitrary<Sample> numbers() {
        Arbitrary<String> digits = Arbitraries.of("0", "1", "2", "5", "7", "10", "17", "64", "65", "100", "101", "400", "401",
                "405",
                "1000", "1001", "1000000", "1000001", "1000000000", "1000000001", "999999999999999999", "99999999999999999999");
        return Combinators.combine(Arbitraries.of(NUMBERS),
                Arbitraries.of("", "", "", "", "-", "+", "0", "00", "0x", "0o", "."), digits,
                Arbitraries.of("", "", "", "", ".", ".0", ".5", "e0", "e3", "E+2", "e-1", "_0", "s"))
                .as((place, ahead, number, behind) -> new Sample(place, ahead + number + behind));
    }

    @Provide
    Arbitrary<Sample> plainWords() {
        Arbitrary<String> words = Arbitraries.of("true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "yes", "no", "on",
                "off",
                "y", "n", "0", "1", "7", "1.5", "1e3", "0x10", "forward", "h2", "public", "1s", "1_000", "12:30:00",
                "2001-01-01");
        return Combinators
                .combine(Arbitraries.of(Stream.of(FLAGS, NAMES, TIMES, PATH_PLACES).flatMap(List::stream).toList()), words)
                .filter((place, word) -> !place.yaml().contains(": V }, main") && !place.yaml().contains("{ V:")
                        && !place.yaml().contains("is: V"))
                .as(Sample::new);
    }

    private static Arbitrary<Sample> samples(List<Place> places, List<String> pieces, int most) {
        return Combinators.combine(Arbitraries.of(places), joined(pieces, 1, most)).as(Sample::new);
    }

    private static Arbitrary<String> joined(List<String> pieces, int least, int most) {
        return Arbitraries.of(pieces).list().ofMinSize(least).ofMaxSize(most).map(list -> String.join("", list));
    }
}
