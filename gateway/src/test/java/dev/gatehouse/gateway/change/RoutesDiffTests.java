package dev.gatehouse.gateway.change;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authorization.Combination;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.Names;
import dev.gatehouse.gateway.change.Callers.Answer;
import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class RoutesDiffTests {

    private static final String ISSUERS = "issuers: { main: { issuer: 'https://i', jwks: 'https://i/jwks', audiences: [api] },"
            + " other: { issuer: 'https://o', jwks: 'https://o/jwks', audiences: [api] } }\n";

    private static Routes file(String issuers, String... routes) {
        String yaml = "version: 1\n" + issuers + "routes:\n  - { " + String.join(" }\n  - { ", routes) + " }\n";
        return switch (RouteFile.read(yaml, Map.<String, String>of()::get)) {
            case RouteFileResult.Valid(Routes valid) -> valid;
            case RouteFileResult.Invalid invalid -> throw new AssertionError(invalid.toString());
        };
    }

    private static String route(String id, String match, String more) {
        return "id: " + id + ", match: { " + match + " }, upstream: 'https://h'" + ", " + more;
    }

    private static List<String> diff(Routes before, Routes now) {
        return RoutesDiff.between(before, now).stream().map(change -> change.effect() + " " + change.text()).toList();
    }

    static Stream<Arguments> browsers() {
        String cors = "cors: { origins: ['https://a.example'] }";
        return Stream.of(
                arguments("", cors, "WIDENS route r now lets pages call from https://a.example"),
                arguments(cors, "cors: { origins: ['https://a.example', 'https://b.example'] }",
                        "WIDENS route r now lets pages call from https://b.example"),
                arguments(cors, "cors: { origins: ['https://a.example'], methods: [GET, HEAD, POST, PUT] }",
                        "WIDENS route r now lets pages use PUT"),
                arguments(cors, "cors: { origins: ['https://a.example'], expose: [ETag] }",
                        "WIDENS route r now lets pages read ETag"),
                arguments(cors, "cors: { origins: ['https://a.example'], credentials: true }",
                        "WIDENS route r now lets those pages send cookies along"),
                arguments("cors: { origins: ['https://a.example'], headers: [Authorization, Content-Type, X-A] }", cors,
                        "NARROWS route r no longer lets pages send X-A"),
                arguments(cors, "",
                        "CHANGES route r no longer says which pages may call (cors); its upstream may say so"),
                arguments("security-headers: api", "",
                        "WEAKENS route r guards its answers with the profile none (was api)"),
                arguments("security-headers: api", "security-headers: page",
                        "WEAKENS route r guards its answers with the profile page (was api)"),
                arguments("security-headers: page", "security-headers: api",
                        "CHANGES route r guards its answers with the profile api (was page)"));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource
    void browsers(String before, String now, String expected) {
        assertThat(diff(file(ISSUERS, route("r", "path: /r", "access: public" + (before.isEmpty() ? "" : ", " + before))),
                file(ISSUERS, route("r", "path: /r", "access: public" + (now.isEmpty() ? "" : ", " + now)))))
                .containsExactly(expected);
    }

    @Test
    void takingPathsThatParsersReadDifferentlyWidens() {
        assertThat(diff(file(ISSUERS, route("r", "path: /r/**", "access: public")),
                file(ISSUERS, route("r", "path: /r/**, allow: [encoded-slash]", "access: public"))))
                .containsExactly("WIDENS route r now takes paths with encoded-slash");
    }

    static Stream<Arguments> access() {
        return Stream.of(
                arguments("{ roles: [admin] }", "signed-in", "WIDENS route r lost role admin (now signed-in)"),
                arguments("{ roles: [admin] }", "public", "WIDENS route r became public (was roles any of [admin])"),
                arguments("signed-in", "optional", "WIDENS route r became optional (was signed-in)"),
                arguments("optional", "public", "WIDENS route r became public (was optional)"),
                arguments("public", "optional", "NARROWS route r became optional (was public)"),
                arguments("signed-in", "{ roles: [a] }", "NARROWS route r now demands role a"),
                arguments("{ roles: [a] }", "{ roles: [a, b] }", "WIDENS route r now also lets in role b"),
                arguments("{ roles: [a, b] }", "{ roles: [a] }", "NARROWS route r no longer lets in role b"),
                arguments("{ roles: [a] }", "{ roles: [b] }",
                        "WIDENS route r now also lets in role b and no longer lets in role a"),
                arguments("{ scopes: [a, b] }", "{ scopes: [a] }", "WIDENS route r lost scope b"),
                arguments("{ scopes: [a] }", "{ scopes: [a, b] }", "NARROWS route r now demands scope b"),
                arguments("{ all: [{ roles: [a] }, { scopes: [s] }] }", "{ scopes: [s] }", "WIDENS route r lost role a"),
                arguments("{ all: [{ roles: [a] }, { acr: [mfa] }] }", "{ roles: [a] }", "WIDENS route r lost acr any of [mfa]"),
                arguments("signed-in", "client-certificate", "WIDENS route r became client-certificate (was signed-in)"),
                arguments("{ roles: [a] }", "client-certificate",
                        "WIDENS route r became client-certificate (was roles any of [a])"),
                arguments("client-certificate", "{ roles: [a] }",
                        "WIDENS route r became roles any of [a] (was client-certificate)"),
                arguments("client-certificate", "public", "WIDENS route r became public (was client-certificate)"),
                arguments("public", "client-certificate", "NARROWS route r became client-certificate (was public)"),
                arguments("{ client-certificate: ['dns:a'] }", "client-certificate",
                        "WIDENS route r became client-certificate (was client-certificate any of [dns:a])"),
                arguments("{ client-certificate: ['dns:a'] }", "{ client-certificate: ['dns:a', 'dns:b'] }",
                        "WIDENS route r became client-certificate any of [dns:a, dns:b] (was client-certificate any of [dns:a])"),
                arguments("client-certificate", "{ client-certificate: ['dns:a'] }",
                        "NARROWS route r became client-certificate any of [dns:a] (was client-certificate)"),
                arguments("{ max-age: 10m }", "{ max-age: 1h }", "WIDENS route r demands max-age 3600s instead of max-age 600s"),
                arguments("{ max-age: 1h }", "{ max-age: 10m }", "NARROWS route r demands max-age 600s instead of max-age 3600s"),
                arguments("{ not: { claim: b, is: true } }", "signed-in",
                        "WIDENS route r lost not (claim b is true) (now signed-in)"),
                arguments("{ claim: b, in: [1, 2] }", "{ claim: b, is: 1 }",
                        "NARROWS route r demands claim b is 1 instead of claim b in [1, 2]"),
                arguments("{ any: [{ roles: [a] }, { roles: [b] }] }", "{ roles: [a, b] }",
                        "CHANGES route r demands roles any of [a, b] instead of any of (roles any of [a]; roles any of [b])"),
                arguments("{ all: [{ roles: [a] }, { not: { roles: [b] } }] }",
                        "{ all: [{ not: { roles: [b] } }, { roles: [a] }] }",
                        "CHANGES route r "));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource
    void access(String before, String now, String expected) {
        assertThat(diff(file(ISSUERS, route("r", "path: /r", "access: " + before)),
                file(ISSUERS, route("r", "path: /r", "access: " + now)))).containsExactly(expected);
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                arguments("forward-token: true", "WIDENS route r now gives tokens to its upstream"),
                arguments("assertion: false", "WEAKENS route r no longer proves to its upstream who is calling (assertion)"),
                arguments("issuers: [main]", "NARROWS route r no longer believes tokens of other"),
                arguments("max-body: unlimited", "WEAKENS route r takes bodies up to any size (was 10000000 bytes)"),
                arguments("max-body: 1kB", "NARROWS route r takes bodies up to 1000 bytes (was 10000000 bytes)"),
                arguments("timeout: 3s", "CHANGES route r waits 3000 ms for an answer (was 30000 ms)"),
                arguments("mirror: { url: 'http://m', percent: 5 }",
                        "WIDENS route r sends copies of 5 % of its requests to http://m"),
                arguments("compression: always", "WEAKENS route r compresses answers: always (was none)"),
                arguments("compression: anonymous", "CHANGES route r compresses answers: anonymous (was none)"),
                arguments("retries: never", "CHANGES route r sends nothing again after a failure (was GET, HEAD and OPTIONS)"),
                arguments("max-concurrent: { user: 2 }",
                        "NARROWS route r lets any number of its requests be under way at once, 2 per user"
                                + " (was any number of its requests be under way at once, any number per user)"),
                arguments("websocket: { max-per-user: 2 }",
                        "WEAKENS route r opens WebSockets: 2 per user, frames up to 1048576 bytes, idle for 300 s at most"),
                arguments("strip-prefix: 1",
                        "CHANGES route r hides 1 segments from its upstream (was 0): every request reaches another path there"),
                arguments("limits: [{ name: n, per: 'header:X-A', requests: 5, every: 1m }]",
                        "NARROWS route r got limit n (5 every 60s per header:x-a)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void keys(String key, String expected) {
        Routes plain = file(ISSUERS, route("r", "path: /r", "access: signed-in"));
        Routes other = file(ISSUERS, route("r", "path: /r", "access: signed-in, " + key));
        assertThat(diff(plain, other)).containsExactly(expected);
        assertThat(diff(other, plain)).hasSize(1);
    }

    @Test
    void tellsWhereRequestsGoAndHowOften() {
        Routes before = file(ISSUERS, route("r", "path: /r",
                "access: public, limits: [{ name: n, per: ip, requests: 5, every: 1m }]"));
        Routes now = file(ISSUERS, route("r", "path: /r",
                "access: public, limits: [{ name: n, per: ip, requests: 50, every: 1m }]").replace("https://h", "http://i"));
        assertThat(diff(before, now)).containsExactly("WEAKENS route r goes to http://i (was https://h), without TLS",
                "WEAKENS route r has limit n at 50 every 60s per ip (was 5 every 60s per ip)");
    }

    /// What an upstream has at another path, nobody knows here; where strangers pass it is open to them.
    @ParameterizedTest(name = "{0}")
    @CsvSource({"public, WEAKENS", "optional, WEAKENS", "signed-in, CHANGES"})
    void tellsThatRequestsReachAnotherPath(String access, String effect) {
        String route = route("r", "path: /r/s", "access: " + access);
        Routes before = file(ISSUERS, route.replace("https://h", "https://h/open"));

        assertThat(diff(before, file(ISSUERS, route)))
                .containsExactly(effect + " route r goes to https://h (was https://h/open)");
        assertThat(diff(before, file(ISSUERS, route.replace("https://h", "https://h/open") + ", strip-prefix: 1")))
                .containsExactly(effect
                        + " route r hides 1 segments from its upstream (was 0): every request reaches another path there");
    }

    @Test
    void tellsHowRequestsAreSharedOut() {
        String named = "upstreams: { u: { instances: [{ url: 'https://h' }, { url: 'https://i' }], balance: least-busy } }\n";
        String route = route("r", "path: /r", "access: public").replace("'https://h'", "u");
        assertThat(diff(file(ISSUERS + named, route), file(ISSUERS + named.replace("least-busy", "'hash:user'"), route)))
                .containsExactly("CHANGES route r shares its requests out by hash:user (was least-busy)");
    }

    @Test
    void tellsWhatInstancesAreAsked() {
        String named = "upstreams: { u: { instances: [{ url: 'https://h' }, { url: 'https://i' }] } }\n";
        String asked = named.replace("}] }", "}], health: { path: /healthz } }");
        String route = route("r", "path: /r", "access: public").replace("'https://h'", "u");
        assertThat(diff(file(ISSUERS + named, route), file(ISSUERS + asked, route)))
                .containsExactly(
                        "CHANGES route r asks its instances GET /healthz every 5000 ms, within 2000 ms; out after 3 bad answers,"
                                + " back after 2 good ones (was nothing)");
    }

    static Stream<Arguments> reach() {
        String admin = route("admin", "path: /admin/**", "access: { roles: [admin] }");
        String all = route("all", "path: /**", "access: public");
        return Stream.of(
                arguments("a more specific route shadows a stricter one", List.of(admin),
                        List.of(admin, route("reports", "path: /admin/reports", "access: public")),
                        List.of("WIDENS route reports is new, takes GET /admin/reports from route admin and is public (was roles any of [admin])")),
                arguments("one that is as strict does not", List.of(admin),
                        List.of(admin, route("reports", "path: /admin/reports", "access: { roles: [admin] }")),
                        List.of("CHANGES route reports is new: roles any of [admin]")),
                arguments("a stricter route goes, and a laxer one takes over", List.of(all, admin), List.of(all),
                        List.of("WIDENS route all now takes GET /admin from route admin and is public (was roles any of [admin])",
                                "CHANGES route admin is gone; route all takes its requests")),
                arguments("a route goes, and nothing takes over", List.of(admin, route("x", "path: /x", "access: public")),
                        List.of(admin), List.of("NARROWS route x is gone; nothing takes its requests")),
                arguments("what nobody took", List.of(admin), List.of(admin, route("x", "path: /x", "access: signed-in")),
                        List.of("WIDENS route x is new, takes GET /x, which no route took")),
                arguments("a method more", List.of(route("x", "path: /x, methods: [GET]", "access: signed-in")),
                        List.of(route("x", "path: /x, methods: [GET, POST]", "access: signed-in")),
                        List.of("WIDENS route x now takes POST /x, which no route took",
                                "CHANGES route x takes GET,POST /x (was GET /x)")),
                arguments("a method that another route guards",
                        List.of(route("x", "path: /x, methods: [GET]", "access: signed-in"), all),
                        List.of(route("x", "path: /x, methods: [POST]", "access: signed-in"), all),
                        List.of("WIDENS route all now takes GET /x from route x and is public (was signed-in)",
                                "CHANGES route x takes POST /x (was GET /x)")),
                arguments("a host less", List.of(route("x", "path: /x, host: a.b", "access: public")),
                        List.of(route("x", "path: /x", "access: public")),
                        List.of("WIDENS route x now takes GET /x, which no route took", "CHANGES route x takes /x (was a.b/x)")),
                arguments("a host that shadows", List.of(route("x", "path: /x", "access: signed-in")),
                        List.of(route("x", "path: /x", "access: signed-in"),
                                route("y", "path: /**, host: '*.b'", "access: public")),
                        List.of("WIDENS route y is new, takes GET any.b/any, which no route took",
                                "WIDENS route y is new, takes GET any.b/x from route x and is public (was signed-in)")),
                arguments("tokens of an issuer more", List.of(route("x", "path: /x/**", "access: signed-in, issuers: [main]")),
                        List.of(route("x", "path: /x/**", "access: signed-in, issuers: [main]"),
                                route("y", "path: /x/y", "access: signed-in")),
                        List.of("WIDENS route y is new, takes GET /x/y from route x and believes tokens of other")),
                arguments("another name", List.of(admin), List.of(admin.replace("id: admin", "id: staff")),
                        List.of("CHANGES route staff was called admin")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void reach(String why, List<String> before, List<String> now, List<String> expected) {
        assertThat(diff(file(ISSUERS, before.toArray(String[]::new)), file(ISSUERS, now.toArray(String[]::new)))).as(why)
                .containsExactlyElementsOf(expected);
    }

    static Stream<Arguments> moved() {
        String cors = "cors: { origins: ['https://a.example']";
        String limit = "limits: [{ name: n, per: ip, requests: %s, every: 1m }]";
        return Stream.of(arguments("", "access: public", "WIDENS", "is public (was signed-in)"),
                arguments("access: { roles: [a] }", "access: { roles: [a, b] }", "WIDENS",
                        "is roles any of [a, b] (was roles any of [a])"),
                arguments("issuers: [main]", "", "WIDENS", "believes tokens of other"),
                arguments("", "forward-token: true", "WIDENS", "gives tokens to its upstream"),
                arguments("", "allow: [encoded-slash]", "WIDENS", "takes paths with encoded-slash"),
                arguments("allow: [encoded-slash]", "allow: [encoded-slash, matrix-parameters]", "WIDENS",
                        "takes paths with matrix-parameters"),
                arguments("", cors + " }", "WIDENS", "lets pages call from https://a.example"),
                arguments(cors + " }", cors.replace("]", ", 'https://b.example'] }"), "WIDENS",
                        "lets pages call from https://b.example"),
                arguments(cors + " }", cors + ", methods: [GET, HEAD, POST, PUT] }", "WIDENS", "lets pages use PUT"),
                arguments(cors + " }", cors + ", headers: [Authorization, Content-Type, X-A] }", "WIDENS", "lets pages send X-A"),
                arguments(cors + " }", cors + ", expose: [ETag] }", "WIDENS", "lets pages read ETag"),
                arguments(cors + " }", cors + ", credentials: true }", "WIDENS", "lets those pages send cookies along"),
                arguments("", "assertion: false", "WEAKENS", "no longer proves to its upstream who is calling (assertion)"),
                arguments("security-headers: api", "", "WEAKENS", "guards its answers with the profile none (was api)"),
                arguments("security-headers: api", "security-headers: page", "WEAKENS",
                        "guards its answers with the profile page (was api)"),
                arguments("max-body: 1kB", "max-body: 2kB", "WEAKENS", "takes bodies up to 2000 bytes (was 1000 bytes)"),
                arguments("max-concurrent: { route: 2 }", "", "WEAKENS",
                        "lets any number of its requests be under way at once, any number per user"
                                + " (was 2 of its requests be under way at once, any number per user)"),
                arguments("", "websocket: { max-per-user: 2 }", "WEAKENS",
                        "opens WebSockets: 2 per user, frames up to 1048576 bytes, idle for 300 s at most"),
                arguments("", "compression: always", "WEAKENS", "compresses answers: always (was none)"),
                arguments("", "mirror: { url: 'http://m', percent: 5 }", "WIDENS",
                        "sends copies of 5 % of its requests to http://m"),
                arguments("mirror: { url: 'http://m', percent: 5 }", "mirror: { url: 'http://m', percent: 6 }", "WEAKENS",
                        "sends copies of 6 % of its requests (was 5 %)"),
                arguments("", "upstream: 'http://i'", "WEAKENS", "goes to http://i (was https://h), without TLS"),
                arguments("forward-token: true", "forward-token: true, upstream: 'https://i'", "WIDENS",
                        "gives tokens to https://i"),
                arguments(limit.formatted(5), "", "WEAKENS", "lost limit n (5 every 60s per ip)"),
                arguments(limit.formatted(5), limit.formatted(6), "WEAKENS",
                        "has limit n at 6 every 60s per ip (was 5 every 60s per ip)"));
    }

    private static String moving(String id, String match, String keys) {
        boolean allows = keys.startsWith("allow");
        String access = keys.contains("access") ? "" : "access: signed-in";
        String upstream = keys.contains("upstream") ? "" : "upstream: 'https://h'";
        return Stream
                .of("id: " + id, "match: { " + match + (allows ? ", " + keys : "") + " }", upstream, access, allows ? "" : keys)
                .filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    /// What is told of a route that has changed is told of a request that a part of it takes now, which has become a route of its own.
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("moved")
    void tellsInWhatAPartThatWasSplitOffIsLaxer(String before, String now, String effect, String words) {
        String whole = moving("x", "path: /x/**", before);
        assertThat(diff(file(ISSUERS, whole), file(ISSUERS, whole, moving("y", "path: /x/y", now))))
                .contains(effect + " route y is new, takes GET /x/y from route x and " + words);
    }

    /// The same where a route got another name and takes other requests besides.
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("moved")
    void tellsInWhatARouteOfAnotherNameIsLaxer(String before, String now, String effect, String words) {
        assertThat(diff(file(ISSUERS, moving("x", "path: /x/**", before)),
                file(ISSUERS, moving("y", "path: /x/**, methods: [GET]", now))))
                .contains(effect + " route y is new, takes GET /x from route x and " + words);
    }

    /// Those whose opposite is stricter; another upstream gets tokens either way.
    static Stream<Arguments> oneWay() {
        return moved().filter(row -> !String.valueOf(row.get()[1]).contains("https://i"));
    }

    @ParameterizedTest(name = "{1} to {0}")
    @MethodSource("oneWay")
    void findsNothingLaxerInAPartThatIsStricter(String now, String before, String effect, String words) {
        String whole = moving("x", "path: /x/**", before);
        assertThat(diff(file(ISSUERS, whole), file(ISSUERS, whole, moving("y", "path: /x/y", now))))
                .noneMatch(change -> change.startsWith(effect));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("moved")
    void aGatewayThatRunsHearsWhatASplitWidens(String before, String now, String effect, String words) {
        String whole = moving("x", "path: /x/**", before);
        assertThat(RoutesDiff.widenings(file(ISSUERS, whole), file(ISSUERS, whole, moving("y", "path: /x/y", now))))
                .hasSize(effect.equals("WIDENS") ? 1 : 0);
    }

    @Test
    void aPathWithTwoReadingsThatLedToTwoRoutesPassesWhereOneHasBoth() {
        String files = route("files", "path: /files/**, allow: [encoded-slash]", "access: public");
        String part = route("part", "path: /files/a/**, allow: [encoded-slash]", "access: public");
        assertThat(diff(file(ISSUERS, files, part), file(ISSUERS, files))).containsExactly(
                "WIDENS route files now takes GET /files/a from route part, and paths that led both there and to route files",
                "CHANGES route part is gone; route files takes its requests");
        assertThat(diff(file(ISSUERS, files), file(ISSUERS, files, part))).containsExactly("CHANGES route part is new: public");
    }

    static Stream<Arguments> introspection() {
        return Stream.of(
                arguments("url: 'https://j/ask'",
                        "WIDENS issuer main is asked about its tokens at https://j/ask (was https://i/ask)"),
                arguments("client-id: other", "WIDENS issuer main is asked by client other (was edge)"),
                arguments("client-secret: new-secret", "CHANGES issuer main is asked with another client-secret"),
                arguments("auth: post", "CHANGES issuer main is told the client by post (was basic)"),
                arguments("timeout: 500ms",
                        "CHANGES issuer main may take for an answer about a token 500 ms (was 2 s)"),
                arguments("cache: 1m", "WEAKENS issuer main is believed about a good token for 60 s (was 30 s)"),
                arguments("cache: 0s", "CHANGES issuer main is believed about a good token for 0 s (was 30 s)"),
                arguments("negative-cache: 1m",
                        "CHANGES issuer main is believed about a refused token for 60 s (was 5 s)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void introspection(String key, String expected) {
        assertThat(diff(asked(""), asked(key))).containsExactly(expected);
    }

    private static Routes asked(String key) {
        Map<String, String> keys = new LinkedHashMap<>(
                Map.of("url", "'https://i/ask'", "client-id", "edge", "client-secret", "old-secret"));
        if (!key.isEmpty()) {
            keys.put(key.substring(0, key.indexOf(':')), key.substring(key.indexOf(':') + 1));
        }
        return file("issuers: { main: { issuer: 'https://i', audiences: [api], introspection: { "
                + keys.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", "))
                + " } } }\n", route("r", "path: /r", "access: signed-in"));
    }

    @Test
    void saysThatAnIssuerIsBelievedByAnotherProof() {
        Routes signed = file("issuers: { main: { issuer: 'https://i', jwks: 'https://i/jwks', audiences: [api] } }\n",
                route("r", "path: /r", "access: signed-in"));
        assertThat(diff(signed, asked(""))).containsExactly("WIDENS issuer main is asked about its tokens at https://i/ask"
                + " (was: is believed by its signature, with keys from https://i/jwks)");
    }

    static Stream<Arguments> issuers() {
        return Stream.of(arguments("audiences: [api, web]", "WIDENS issuer main got audience web"),
                arguments("audiences: [api], algorithms: [ES256]", "NARROWS issuer main lost algorithm RS256"),
                arguments("audiences: [api], algorithms: [ES256, RS256, PS256]", "WIDENS issuer main got algorithm PS256"),
                arguments("audiences: [api], typ: [at+jwt, JWT]", "WIDENS issuer main got typ JWT"),
                arguments("audiences: [api], leeway: 60s",
                        "WIDENS issuer main believes tokens for 60 s past their time (was 30 s)"),
                arguments("audiences: [api], leeway: 0s",
                        "NARROWS issuer main believes tokens for 0 s past their time (was 30 s)"),
                arguments("audiences: [api], required-claims: [jti]", "NARROWS issuer main got required claim jti"),
                arguments("audiences: [api], max-stale: 2h",
                        "WEAKENS issuer main believes its last keys in an outage for 7200 s (was 3600 s)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void issuers(String fields, String expected) {
        String route = route("r", "path: /r", "access: signed-in");
        String form = "issuers: { main: { issuer: 'https://i', jwks: 'https://i/jwks', %s } }\n";
        Routes plain = file(form.formatted("audiences: [api]"), route);
        Routes other = file(form.formatted(fields), route);
        assertThat(diff(plain, other)).containsExactly(expected);
        assertThat(diff(other, plain)).hasSize(1).first().asString()
                .matches(expected.startsWith("WIDENS") ? "NARROWS.*" : expected.startsWith("NARROWS") ? "WIDENS.*" : "CHANGES.*");
    }

    /// What was a credential becomes an ordinary cookie, which every upstream gets.
    @Test
    void tellsOfTokensThatReachUpstreamsInACookie() {
        String route = route("r", "path: /r", "access: public");
        String form = "issuers: { main: { issuer: 'https://i', jwks: 'https://i/jwks', audiences: [api]%s } }\n";
        Routes without = file(form.formatted(""), route);
        Routes kept = file(form.formatted(", cookie: token"), route);
        String exposed = "WIDENS issuer main no longer keeps the cookie token from upstreams: tokens in it reach them, of public routes, too";

        assertThat(diff(without, kept)).containsExactly("WIDENS issuer main now also takes tokens from the cookie token");
        assertThat(diff(kept, without)).containsExactly(exposed, "NARROWS issuer main no longer takes tokens from a cookie");
        assertThat(diff(kept, file(form.formatted(", cookie: other"), route)))
                .containsExactly("WIDENS issuer main now also takes tokens from the cookie other", exposed);
        assertThat(diff(kept, file("", route)))
                .containsExactly(exposed, "NARROWS issuer main is gone: its tokens are no longer believed");
        String another = ", b: { issuer: b, jwks: 'https://b/', audiences: [b], cookie: token } }\n";
        assertThat(diff(file(form.formatted(", cookie: token").replace(" }\n", another), route),
                file(form.formatted("").replace(" }\n", another), route)))
                .containsExactly("NARROWS issuer main no longer takes tokens from a cookie");
    }

    @Test
    void tellsOfIssuersThatComeAndGo() {
        String route = route("r", "path: /r", "access: signed-in");
        String one = "issuers: { main: { issuer: 'https://i', jwks: 'https://i/jwks', audiences: [api] } }\n";
        assertThat(diff(file(one, route), file(ISSUERS, route)))
                .containsExactly("WIDENS issuer other is new: tokens of https://o are believed");
        assertThat(diff(file(ISSUERS, route), file(one, route)))
                .containsExactly("NARROWS issuer other is gone: its tokens are no longer believed");
        assertThat(diff(file(one, route), file(one.replace("i/jwks", "k/jwks"), route)))
                .containsExactly("WIDENS issuer main takes its keys from https://k/jwks (was https://i/jwks)");
    }

    @Test
    void takesWhatItCannotDecideAsWider() {
        // Pigeons and holes: false for every caller, which takes a search of its own to see.
        List<Condition> rule = IntStream.range(0, 9)
                .<Condition>mapToObj(pigeon -> new Condition.Roles(
                        Names.of(IntStream.range(0, 8).mapToObj(hole -> pigeon + "-" + hole).toList())))
                .toList();
        List<Condition> crowded = IntStream.range(0, 8).boxed().<Condition>flatMap(hole -> IntStream.range(0, 9).boxed()
                .flatMap(one -> IntStream.range(one + 1, 9).<Condition>mapToObj(two -> new Combination.All(
                        List.of(new Condition.Roles(Names.of(one + "-" + hole)),
                                new Condition.Roles(Names.of(two + "-" + hole)))))))
                .toList();
        assertThat(Callers.meeting(new Combination.All(rule), new Combination.Any(crowded))).isEqualTo(Answer.PERHAPS);
    }

    @Test
    void tellsEveryWayInWhichARouteWidens() {
        String[] strict = IntStream.range(0, 5).mapToObj(i -> route("s" + i, "path: /s" + i, "access: { roles: [r] }"))
                .toArray(String[]::new);
        String open = route("open", "path: /**", "access: public");

        List<String> changes = diff(file(ISSUERS, Stream.concat(Stream.of(open), Stream.of(strict)).toArray(String[]::new)),
                file(ISSUERS, open));

        assertThat(changes).filteredOn(change -> change.startsWith("WIDENS")).hasSize(5)
                .allMatch(change -> change.matches("WIDENS route open now takes GET /s\\d from route s\\d and is public.*"));
    }

    /// A report ends somewhere; what it leaves out it counts.
    @Test
    void countsTheWaysBeyondTenThousand() {
        String[] strict = IntStream.range(0, 10_004).mapToObj(i -> route("s" + i, "path: /s" + i, "access: { roles: [r] }"))
                .toArray(String[]::new);
        String open = route("open", "path: /**", "access: public");
        String late = route("zlate", "path: /z/**", "access: public");
        String[] also = IntStream.range(0, 4).mapToObj(i -> route("z" + i, "path: /z/" + i, "access: { roles: [r] }"))
                .toArray(String[]::new);

        List<String> changes = diff(
                file(ISSUERS, Stream.of(Stream.of(open, late), Stream.of(strict), Stream.of(also)).flatMap(each -> each)
                        .toArray(String[]::new)),
                file(ISSUERS, open, late));

        assertThat(changes).filteredOn(change -> change.startsWith("WIDENS route open now takes")).hasSize(10_000);
        assertThat(changes).contains("WIDENS route open does so in 4 more ways");
        assertThat(changes).as("of each route some, however many there were before")
                .filteredOn(change -> change.startsWith("WIDENS route zlate now takes")).hasSize(3);
        assertThat(changes).contains("WIDENS route zlate does so in 1 more ways");
    }

    @Test
    void comparesTenThousandRoutes() {
        String[] routes = IntStream.range(0, 10_000).mapToObj(
                i -> route("r" + i, "path: /service" + i + "/**", "access: { roles: [a" + i + "] }")).toArray(String[]::new);
        routes[5_000] = route("all", "path: /**", "access: public");
        Routes before = file(ISSUERS, routes);
        routes[42] = routes[42].replace("a42", "b42");
        assertThat(diff(before, file(ISSUERS, routes)))
                .containsExactly("WIDENS route r42 now also lets in role b42 and no longer lets in role a42");
    }
}
