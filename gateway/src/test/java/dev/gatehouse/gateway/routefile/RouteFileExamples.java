package dev.gatehouse.gateway.routefile;

import java.util.ArrayList;
import java.util.List;

/// Files of all kinds: the loader and the schema are both asked about each.
final class RouteFileExamples {

    private RouteFileExamples() {}

    /// One file.
    ///
    /// @param why what it shows, in a sentence
    /// @param yaml the file
    /// @param problem part of the problem that the loader reports; empty when the file is good
    /// @param schemaSees whether the schema refuses it too: it cannot see what needs counting, comparing or the environment
    record Example(String why, String yaml, String problem, boolean schemaSees) {

        @Override
        public String toString() {
            return why + ": "
                    + yaml.lines().filter(line -> line.contains("id: a,") || line.startsWith("issuers")).findFirst().orElse(yaml);
        }
    }

    static final String ISSUERS = "issuers: { main: { issuer: 'https://i', jwks: 'https://i/jwks', audiences: [api] } }\n";

    private static final String TWO_ASKED = """
            issuers:
              one: { issuer: i, audiences: [a], introspection: { url: 'https://i', client-id: gw, client-secret: x } }
              two: { issuer: j, audiences: [a], introspection: { url: 'https://j', client-id: gw, client-secret: x } }
            """;

    static String route(String fields) {
        return "version: 1\n" + ISSUERS + "routes:\n  - { " + fields + " }\n";
    }

    /// A good route and a few more keys.
    static String with(String fields) {
        return route("id: a, match: { path: /a }, upstream: 'http://h', access: public, " + fields);
    }

    private static String match(String match) {
        return route("id: a, match: { " + match + " }, upstream: 'http://h', access: public");
    }

    private static String issuer(String fields) {
        return "version: 1\nissuers: { main: { " + fields
                + " } }\nroutes:\n  - { id: a, match: { path: /a }, upstream: 'http://h', access: public }\n";
    }

    private static String goodIssuer(String fields) {
        return issuer("issuer: 'https://i', jwks: 'https://i/jwks', audiences: [api], " + fields);
    }

    private static String asked(String introspection) {
        return issuer("issuer: i, audiences: [api], introspection: { " + introspection + " }");
    }

    private static String upstream(String upstream) {
        return route("id: a, match: { path: /a }, upstream: " + upstream + ", access: public");
    }

    /// An upstream n and a route that leads to an upstream.
    private static String named(String fields, String asked) {
        return upstream(asked).replace("routes:", "upstreams: { n: { " + fields + " } }\nroutes:");
    }

    private static String access(String access) {
        return route("id: a, match: { path: /a }, upstream: 'http://h', access: " + access);
    }

    /// A role under so many conditions less one.
    private static String nested(int depth) {
        return "{ all: [".repeat(depth - 1) + "{ roles: [a] }" + "] }".repeat(depth - 1);
    }

    private static String limit(String fields) {
        return with("limits: [{ " + fields + " }]");
    }

    /// A policy n and a route that asks for a policy.
    private static String policy(String policy, String asked) {
        return with("limits: [" + asked + "]").replace("routes:", "policies: { n: { " + policy + " } }\nroutes:");
    }

    private static String test(String fields) {
        return with("tests: [{ " + fields + " }]");
    }

    static List<Example> all() {
        List<Example> all = new ArrayList<>();
        good(all);
        bad(all);
        browsers(all);
        bounds(all);
        names(all);
        invisible(all);
        return all;
    }

    private static void good(List<Example> all) {
        for (String path : List.of("/", "/a/", "/a/*/b", "'/a/{id}'", "'/a/{id}/{no-2}/**'", "/**", "/.well-known/x",
                "/caf%C3%A9", "/a%20b", "/a:b@c")) {
            all.add(new Example("a path", match("path: " + path), "", false));
        }
        for (String host : List.of("example.com", "'*.example.com'", "API.Example.com", "localhost", "auth_service", "'[::1]'",
                "10.0.0.1")) {
            all.add(new Example("a host", match("path: /a, host: " + host), "", false));
        }
        all.add(new Example("methods", match("path: /a, methods: [GET, POST, PURGE, M-SEARCH]"), "", false));
        for (String access : List.of("public", "optional", "signed-in", "{ roles: [admin, user] }",
                "{ scopes: [orders:read] }", "{ claim: plan, is: pro }", "{ claim: level, is: 7 }", "{ claim: level, is: -1.5 }",
                "{ claim: paid, is: true }", "client-certificate",
                "{ client-certificate: ['spiffe://example.org/orders', 'dns:Orders.example.com', 'dn:CN=orders, O=Example'] }",
                "{ claim: 'https://x/plan', in: [pro, 7, false, '7'] }",
                "{ claim: plan, is: '${NOT_SET:pro}' }",
                "{ not: { claim: banned, is: true } }", "{ acr: ['urn:mfa', gold] }", "{ max-age: 10m }",
                "{ all: [{ roles: [a] }, { any: [{ scopes: [b] }, { claim: c, is: d }] }, { not: { roles: [e] } }, { max-age: 366d }] }",
                nested(8))) {
            all.add(new Example("an access", access(access), "", false));
        }
        for (String cors : List.of("origins: ['https://app.example.com', 'http://localhost:3000', 'https://[::1]:8443']",
                "origins: ['https://a'], methods: [PUT], headers: [X-A], expose: [ETag], credentials: true, max-age: 1h")) {
            all.add(new Example("pages of other origins", with("cors: { " + cors + " }"), "", false));
        }
        for (String service : List.of("'lb://orders'", "'lb://orders-v2.shop'", "[{ url: 'lb://orders' }]")) {
            all.add(new Example("a service", upstream(service), "", false));
        }
        for (String compression : List.of("none", "anonymous", "always", "'${NOT_SET:none}'")) {
            all.add(new Example("answers that are compressed", with("compression: " + compression), "", false));
        }
        for (String profile : List.of("none", "api", "page")) {
            all.add(new Example("guarding fields", with("security-headers: " + profile), "", false));
        }
        all.add(new Example("paths with several readings", match("path: /a/**, allow: [encoded-slash, matrix-parameters]"), "",
                false));
        for (String upstream : List.of("'http://h:8080'", "'https://h/base/path'", "[{ url: 'http://h' }]",
                "[{ url: 'http://h', weight: 2 }, { url: 'http://i' }]",
                "'${NOT_SET:http://h}'", "'http://${NOT_SET:h}:80'")) {
            all.add(new Example("an upstream", upstream(upstream), "", false));
        }
        for (String balance : List.of("least-busy", "round-robin", "'hash:user'", "'hash:header:X-Tenant'",
                "'${NOT_SET:round-robin}'")) {
            all.add(new Example("an upstream with a name",
                    named("instances: [{ url: 'http://h' }, { url: 'http://i', weight: 3 }], balance: " + balance, "n"), "",
                    false));
        }
        for (String link : List.of("instances: [{ url: 'http://h' }], protocol: http1",
                "instances: [{ url: 'http://h' }], protocol: h2c",
                "instances: [{ url: 'https://h' }], protocol: h2", "instances: [{ url: 'https://h' }], tls: {}",
                "instances: [{ url: 'https://h' }], protocol: '${NOT_SET:h2}'")) {
            all.add(new Example("what is spoken with an upstream", named(link, "n"), "", false));
        }
        all.add(new Example("questions about health", named(
                "instances: [{ url: 'http://h' }], health: { path: '/z?a=b', every: 1s, timeout: 500ms, unhealthy: 2, healthy: 1 }",
                "n"), "",
                false));
        for (String fields : List.of("mirror: { url: 'http://shadow/base' }", "mirror: { url: 'http://shadow', percent: 5 }",
                "max-concurrent: { route: 10 }", "max-concurrent: { user: 1, route: '${NOT_SET:5}' }", "websocket: {}",
                "websocket: { max-per-user: 3, max-frame: 64KiB, idle-timeout: 90s }", "retries: never",
                "retries: safe", "retries: idempotent", "retries: '${NOT_SET:safe}'", "timeout: 500ms", "timeout: 1h",
                "max-body: 10MB", "max-body: 10MiB", "max-body: unlimited",
                "max-body: 0B",
                "forward-token: true", "assertion: false", "assertion: '${NOT_SET:true}'", "strip-prefix: 1", "limits: []",
                "tests: []", "timeout: '${NOT_SET:5s}'",
                "strip-prefix: '${NOT_SET:1}'",
                "forward-token: '${NOT_SET:true}'")) {
            all.add(new Example("a key of a route", with(fields), "", false));
        }
        for (String per : List.of("user", "ip", "route", "header:X-Tenant", "claim:org id")) {
            all.add(new Example("a limit", limit("name: n, per: '" + per + "', requests: 5, every: 1m"), "", false));
        }
        all.add(new Example("a limit on arrivals",
                with("limits: []").replace("routes:", "arrivals: { requests: 600, every: 1m }\nroutes:"), "", false));
        for (String policy : List.of("per: user, requests: 5, every: 1m", "per: user, requests: 5, every: 1m, scope: group",
                "per: ip, requests: 5, every: 1m, scope: route", "per: ip, requests: 5, every: 1d, scope: global",
                "per: ip, requests: 5, every: 1d, scope: '${NOT_SET:group}'",
                "per: user, requests: 5, every: 1d, rates: []",
                "per: user, requests: 5, every: 1d, rates: [{ when: { claim: plan, is: pro }, requests: 9 }]",
                "per: user, requests: 5, every: 1d, rates: [{ when: { not: { roles: [a] } }, requests: 9, every: 1h }]")) {
            all.add(new Example("a policy", policy(policy, "n"), "", false));
        }
        all.add(new Example("a policy by a variable", policy("per: ip, requests: 5, every: 1m", "'${NOT_SET:n}'"), "", false));
        all.add(new Example("a test", test("request: GET /a, expect: forward"), "", false));
        all.add(new Example("a test of another path", test("request: GET /b, expect: 404"), "", false));
        all.add(new Example("a test of a bad path", test("request: GET /a/../a, expect: 400"), "", false));
        all.add(new Example("a test of a path that is read in another spelling", test("request: 'GET /{b}|', expect: 404"), "",
                false));
        all.add(new Example("a test that takes such a path for a bad one", test("request: 'GET /{b}|', expect: 400"), "gives 404",
                false));
        all.add(new Example("a test that says everything",
                test("request: GET /a, as: { sub: u, roles: [r], scopes: [s], acr: gold, auth-age: 5m, claims: { org: 7, deep: { x: [1, true] } } }, host: h, expect: forward"),
                "", false));
        for (String jwks : List.of("'https://keys/x'", "'http://localhost:1/x'", "'http://127.0.0.1/x'", "'http://[::1]/x'")) {
            all.add(new Example("keys", issuer("issuer: i, jwks: " + jwks + ", audiences: [api]"), "", false));
        }
        all.add(new Example("keys without TLS on purpose",
                issuer("issuer: i, jwks: 'http://keys/x', audiences: [api], insecure-http: true"), "", false));
        all.add(new Example("a shared key", issuer("issuer: i, shared-key: " + "s".repeat(32)), "", false));
        all.add(new Example("a shared key, with audiences and types",
                issuer("issuer: i, shared-key: " + "s".repeat(32) + ", audiences: [api], typ: [JWT]"), "", false));
        all.add(new Example("an issuer that says everything",
                goodIssuer("algorithms: [EdDSA, PS512], typ: [JWT, at+jwt], leeway: 0s"), "", false));
        all.add(new Example("an issuer that says everything about its tokens",
                goodIssuer("required-claims: [client_id, jti], max-stale: 24h, cookie: __Host-access"), "", false));
        for (String how : List.of("", ", auth: post, timeout: 500ms, cache: 1m, negative-cache: 0s",
                ", client-secret: '${NOT_SET:x}'")) {
            all.add(new Example("an issuer that is asked", asked("url: 'https://i/ask', client-id: gw"
                    + (how.contains("client-secret") ? how : ", client-secret: x" + how)), "", false));
        }
        all.add(new Example("an issuer that is asked on this machine",
                asked("url: 'http://127.0.0.1:1/ask', client-id: gw, client-secret: x"), "", false));
        all.add(new Example("a public route beside two issuers that are asked", access("public").replace(ISSUERS, TWO_ASKED), "",
                false));
        all.add(new Example("a route for one of two issuers that are asked",
                access("signed-in, issuers: [two]").replace(ISSUERS, TWO_ASKED), "", false));
        all.add(new Example("a route for one issuer's tokens", access("signed-in, issuers: [main]"), "", false));
        all.add(new Example("a route for the tokens of an issuer that the environment names",
                access("signed-in, issuers: ['${NOT_SET:main}']"), "", false));
        all.add(new Example("defaults", "defaults: { timeout: 3s, max-body: 1kB }\n" + with("strip-prefix: 0"), "", false));
    }

    private static void bad(List<Example> all) {
        add(all, "no version", with("timeout: 1s").replace("version: 1\n", ""), "1:1  version: missing");
        add(all, "another version", with("timeout: 1s").replace("version: 1", "version: 2"),
                "1:10  version: 2 (expected: a whole number, 1 to 1)");
        add(all, "version as text", with("timeout: 1s").replace("version: 1", "version: '1'"),
                "version: 1 (expected: a whole number");
        add(all, "no routes", "version: 1\n", "routes: missing");
        add(all, "empty routes", "version: 1\nroutes: []\n", "routes: empty (expected: at least one route)");
        add(all, "routes as a map", "version: 1\nroutes: { a: b }\n", "routes: a map of keys (expected: a list)");
        add(all, "an unknown key at the top", "route: 1\n" + with("timeout: 1s"), "route: unknown key, did you mean routes?");
        add(all, "an unknown key far from all others", with("colour: 1s"),
                "routes[0].colour: unknown key (expected: id, match,");
        add(all, "a filter that reads files and calls elsewhere (CVE-2026-47879)",
                with("filters: ['JsonToGrpc=file:/a.pb,b.proto,S,m']"),
                "routes[0].filters: unknown key");
        add(all, "filters for all routes", "filters: [JsonToGrpc]\n" + with("timeout: 1s"), "filters: unknown key");
        add(all, "a misspelt key", with("timeuot: 1s"), "routes[0].timeuot: unknown key, did you mean timeout?");
        add(all, "an underscore for a hyphen", with("strip_prefix: 1"), "did you mean strip-prefix?");
        add(all, "a route that is a text", "version: 1\nroutes: [a]\n", "routes[0]: a (expected: a map with id,");
        add(all, "no access", route("id: a, match: { path: /a }, upstream: 'http://h'"), "routes[0].access: missing");
        add(all, "no id", route("match: { path: /a }, upstream: 'http://h', access: public"), "routes[0].id: missing");
        add(all, "no match", route("id: a, upstream: 'http://h', access: public"), "routes[0].match: missing");
        add(all, "no upstream", route("id: a, match: { path: /a }, access: public"), "routes[0].upstream: missing");
        add(all, "an id with a space", route("id: a b, match: { path: /a }, upstream: 'http://h', access: public"),
                "routes[0].id: a b (expected: up to 64");
        add(all, "an id that is a number", route("id: 7, match: { path: /a }, upstream: 'http://h', access: public"),
                "routes[0].id: 7 (expected: text; put it in quotes)");
        add(all, "no path", match("host: h"), "routes[0].match.path: missing");
        add(all, "a path without a slash", match("path: a"), "path: a (expected: a path that begins with /");
        add(all, "half a wildcard", match("path: /a*"), "(expected: * or {name} as a whole segment");
        add(all, "rest in the middle", match("path: /**/a"),
                "(expected: * or {name} as a whole segment, ** only as the last one");
        add(all, "a variable without a name", match("path: '/{}'"), "(expected: * or {name} as a whole segment");
        add(all, "a path with a query", match("path: '/a?b'"), "(expected: a path without a query)");
        add(all, "a path with a fragment", match("path: '/a#b'"), "(expected: a path that a request can have");
        add(all, "a path with a parameter", match("path: '/a;b'"), "(expected: a path that no request is refused for");
        add(all, "an incomplete triplet in a path", match("path: '/a%2'"), "(expected: a path that a request can have");
        add(all, "a method in small letters", match("path: /a, methods: [get]"),
                "methods[0]: get (expected: a method in capitals");
        add(all, "a method as text", match("path: /a, methods: GET"), "methods: GET (expected: a list)");
        add(all, "no methods", match("path: /a, methods: []"), "methods: empty (expected: at least one value)");
        add(all, "the method TRACE", match("path: /a, methods: [TRACE]"),
                "methods[0]: TRACE (expected: any method but CONNECT and TRACE");
        add(all, "a host with a port", match("path: /a, host: 'h:80'"), "host: h:80 (expected: a host name without port");
        add(all, "a host of stars only", match("path: /a, host: '*'"), "host: * (expected: a host name");
        add(all, "a star within a host", match("path: /a, host: 'a.*.b'"), "host: a.*.b (expected: a host name");
        add(all, "an upstream that is no address", upstream("h:80"), "upstream: h:80 (expected: http://host or https://host");
        add(all, "an upstream of another kind", upstream("'ftp://h'"),
                "upstream: ftp://h (expected: http://host or https://host");
        add(all, "a service with a port", upstream("'lb://orders:80'"), "upstream: lb://orders:80 (expected: lb:// and the name");
        add(all, "a service with a path", upstream("'lb://orders/v1'"), "upstream: lb://orders/v1 (expected: lb:// and the name");
        add(all, "a service whose name has an underscore", upstream("'lb://my_orders'"),
                "upstream: lb://my_orders (expected: lb:// and the name");
        add(all, "a mirror that is a service", with("mirror: { url: 'lb://orders' }"),
                "mirror.url: lb://orders (expected: http://host");
        add(all, "an upstream with a query", upstream("'http://h?x'"), "upstream: http://h?x (expected: http://host");
        add(all, "an upstream with a password", upstream("'http://u:secret@h'"), "upstream: http://***@h (expected: http://host");
        add(all, "a named upstream without instances", named("balance: round-robin", "n"), "missing (expected: a list, such as");
        add(all, "another protocol", named("instances: [{ url: 'http://h' }], protocol: h3", "n"),
                "protocol: h3 (expected: http1, h2 or h2c");
        all.add(new Example("h2 without TLS", named("instances: [{ url: 'http://h' }], protocol: h2", "n"),
                "http://h (expected: https, which h2 and tls are about)", false));
        all.add(new Example("a mirror that does not speak like the upstream",
                named("instances: [{ url: 'http://h' }], protocol: h2c", "n, mirror: { url: 'https://m' }"),
                "mirror.url: https://m (expected: http, which h2c is about", false));
        all.add(new Example("h2c with TLS", named("instances: [{ url: 'https://h' }], protocol: h2c", "n"),
                "https://h (expected: http, which h2c is about", false));
        all.add(new Example("half an identity", named("instances: [{ url: 'https://h' }], tls: { key: k.pem }", "n"),
                "one of certificate and key only (expected: both, or neither)", true));
        all.add(new Example("authorities that are not there",
                named("instances: [{ url: 'https://h' }], tls: { ca: none.pem }", "n"),
                "ca: no such file (expected: a PEM file)", false));
        add(all, "another way to share out", named("instances: [{ url: 'http://h' }], balance: random", "n"),
                "balance: random (expected: least-busy, round-robin, hash:user or hash:header:NAME");
        add(all, "a hash of no field", named("instances: [{ url: 'http://h' }], balance: 'hash:header:a b'", "n"),
                "hash:header:a b (expected: least-busy");
        add(all, "a question about health without a path", named("instances: [{ url: 'http://h' }], health: { every: 1s }", "n"),
                "health.path: missing (expected: a path such as /healthz)");
        add(all, "a question about health elsewhere",
                named("instances: [{ url: 'http://h' }], health: { path: 'http://h/z' }", "n"),
                "health.path: http://h/z (expected: a path such as /healthz");
        add(all, "a strange name of an upstream",
                named("instances: [{ url: 'http://h' }]", "'http://i'").replace("{ n:", "{ 'n o':"),
                "a name (expected: up to 64 letters");
        add(all, "a mirror nowhere", with("mirror: { percent: 5 }"), "mirror.url: missing (expected: http://host");
        add(all, "a mirror of nothing", with("mirror: { url: 'http://h', percent: 0 }"),
                "percent: 0 (expected: a whole number, 1 to 100)");
        add(all, "a bound of nothing", with("max-concurrent: {}"), "empty (expected: route, user or both)");
        add(all, "no request at all", with("max-concurrent: { user: 0 }"), "user: 0 (expected: a whole number, 1 to 1000000)");
        add(all, "no WebSocket at all", with("websocket: { max-per-user: 0 }"),
                "max-per-user: 0 (expected: a whole number, 1 to 1000000)");
        add(all, "a frame that holds no ping", with("websocket: { max-frame: 100B }"),
                "max-frame: 100B (expected: 125B to 1GiB, such as 1MiB)");
        add(all, "a WebSocket for ever", with("websocket: { idle-timeout: 30d }"),
                "idle-timeout: 30d (expected: 1s to 24h, such as 5m)");
        add(all, "other retries", with("retries: always"), "retries: always (expected: never, safe or idempotent)");
        add(all, "no upstreams", upstream("[]"), "upstream: empty (expected: at least one upstream)");
        add(all, "another way to compress", with("compression: br"),
                "compression: br (expected: none, anonymous or always");
        add(all, "a list of texts as upstreams", upstream("['http://h']"),
                "upstream[0]: http://h (expected: a map with url, weight)");
        add(all, "a weight of nothing", upstream("[{ url: 'http://h', weight: 0 }]"),
                "weight: 0 (expected: a whole number, 1 to 1000)");
        add(all, "an access that nobody knows", access("signedin"), "access: signedin (expected: public, optional, signed-in,");
        for (String name : List.of("orders", "spiffe://Example.org/x", "dns:*.a")) {
            add(all, "a certificate of nobody", access("{ client-certificate: ['" + name + "'] }"),
                    "access.client-certificate[0]: " + name + " (expected: a URI such as");
        }
        for (String name : List.of("spiffe://a/../b", "spiffe://a/%61", "dn:orders", "https://a:8443/x")) {
            add(all, "a certificate of nobody", access("{ client-certificate: ['" + name + "'] }"),
                    "access.client-certificate[0]: " + name + " (expected: a URI such as");
        }
        add(all, "a certificate and a role", access("{ client-certificate: ['dns:a'], roles: [b] }"),
                "access.roles: unknown key");
        add(all, "a certificate below others", access("{ all: [{ client-certificate: ['dns:a'] }] }"),
                "access.all[0].client-certificate: unknown key");
        add(all, "certificates of nobody", access("{ client-certificate: [] }"),
                "access.client-certificate: empty (expected: at least one value)");
        hidden(all, "tokens beside certificates", access("client-certificate, issuers: [main]"),
                "issuers: a route for client certificates looks at no token");
        add(all, "an access that is a list", access("[admin]"), "access: a list (expected: text");
        add(all, "an access with another dash", access("signed_in"),
                "or another condition; did you mean signed-in?)");
        add(all, "an access with a capital", access("Public"), "or another condition; did you mean public?)");
        add(all, "an access of nobody", access("{ roles: [] }"), "access.roles: empty (expected: at least one value)");
        add(all, "an access of two kinds", access("{ roles: [a], scopes: [b] }"),
                "access: roles and scopes (expected: one condition; several go under all or any)");
        add(all, "an access without a kind", access("{}"),
                "access: empty (expected: one condition; several go under all or any)");
        add(all, "a claim without a value", access("{ claim: a }"), "access: claim (expected: claim with is or in)");
        add(all, "a value without a claim", access("{ is: a }"), "access: is (expected: claim with is or in)");
        add(all, "a claim compared twice", access("{ claim: a, is: b, in: [c] }"),
                "access: claim and is and in (expected: claim with is or in)");
        add(all, "a claim and a role", access("{ claim: a, roles: [b] }"),
                "access: claim and roles (expected: claim with is or in)");
        add(all, "a role that is something", access("{ roles: [b], is: a }"),
                "access: roles and is (expected: claim with is or in)");
        add(all, "a claim that is a map", access("{ claim: a, is: { b: c } }"),
                "access.is: a map of keys (expected: a text, a number");
        add(all, "a claim that is in nothing", access("{ claim: a, in: [] }"), "access.in: empty (expected: at least one value)");
        add(all, "a claim without a name", access("{ claim: '', is: a }"),
                "access.claim: empty (expected: text that is not empty)");
        add(all, "a condition that nobody knows", access("{ role: [admin] }"), "access.role: unknown key, did you mean roles?");
        add(all, "a misspelt condition below others", access("{ all: [{ any: [{ max_age: 1h }] }] }"),
                "access.all[0].any[0].max_age: unknown key, did you mean max-age?");
        add(all, "a condition that is a text", access("{ all: [signed-in] }"),
                "access.all[0]: signed-in (expected: a map with roles,");
        add(all, "all of nothing", access("{ all: [] }"), "access.all: empty (expected: at least one condition)");
        add(all, "any of nothing", access("{ any: [] }"), "access.any: empty (expected: at least one condition)");
        add(all, "the opposite of a list", access("{ not: [{ roles: [a] }] }"),
                "access.not: a list (expected: a map with roles,");
        add(all, "an acr with quotes", access("{ acr: ['a\"b'] }"), "access.acr[0]: a\"b (expected: a value of visible ASCII");
        add(all, "an age without a unit", access("{ max-age: 600 }"), "access.max-age: 600 (expected: text");
        add(all, "a role as text", access("{ roles: admin }"), "access.roles: admin (expected: a list)");
        add(all, "a role with a comma", access("{ roles: ['a,b'] }"),
                "access.roles[0]: a,b (expected: a role without spaces and commas)");
        add(all, "a scope with a space", access("{ scopes: ['a b'] }"), "access.scopes[0]: a b (expected: a scope");
        add(all, "a timeout without a unit", with("timeout: 5"), "timeout: 5 (expected: text");
        add(all, "a timeout of another unit", with("timeout: 5x"), "timeout: 5x (expected: 1ms to 1h");
        add(all, "a negative timeout", with("timeout: -5s"), "timeout: -5s (expected: 1ms to 1h");
        add(all, "a size without a unit", with("max-body: 100"), "max-body: 100 (expected: text");
        add(all, "a size of another unit", with("max-body: 10Mb"), "max-body: 10Mb (expected: a size such as");
        add(all, "a size without an end, misspelt", with("max-body: unlimitted"), "or unlimited; did you mean unlimited?)");
        add(all, "a flag as text", with("forward-token: 'true'"), "forward-token: true (expected: true or false)");
        add(all, "yes for true", with("forward-token: 'yes'"), "forward-token: yes (expected: true or false)");
        add(all, "an assertion by name", with("assertion: signed"), "assertion: signed (expected: true or false)");
        add(all, "a number that is none", with("strip-prefix: 1.5"), "strip-prefix: 1.5 (expected: a whole number");
        add(all, "a negative number", with("strip-prefix: -1"), "strip-prefix: -1 (expected: a whole number");
        add(all, "limits as a map", with("limits: { name: n }"), "limits: a map of keys (expected: a list)");
        add(all, "a limit without a window", limit("name: n, per: ip, requests: 1"), "limits[0].every: missing");
        add(all, "a limit that lets nobody pass", limit("name: n, per: ip, requests: 0, every: 1s"),
                "requests: 0 (expected: a whole number, 1 to");
        add(all, "a limit per something else", limit("name: n, per: session, requests: 1, every: 1s"),
                "per: session (expected: user, ip, route, header:NAME or claim:NAME)");
        add(all, "a limit per something similar", limit("name: n, per: usr, requests: 1, every: 1s"),
                "header:NAME or claim:NAME; did you mean user?)");
        add(all, "a limit that is larger than can be counted", limit("name: n, per: user, requests: 1000000001, every: 1s"),
                "requests: 1000000001 (expected: a whole number, 1 to 1000000000)");
        add(all, "a limit per nameless header", limit("name: n, per: 'header:', requests: 1, every: 1s"),
                "(expected: header: and the name of a field)");
        add(all, "a limit per impossible header", limit("name: n, per: 'header:X Y', requests: 1, every: 1s"),
                "(expected: header: and the name of a field)");
        add(all, "a limit with a strange name", limit("name: 'a b', per: ip, requests: 1, every: 1s"),
                "name: a b (expected: 1 to 64 letters");
        add(all, "a limit on arrivals per user",
                with("limits: []").replace("routes:", "arrivals: { requests: 600, every: 1m, per: user }\nroutes:"),
                "arrivals.per: unknown key");
        add(all, "a limit on arrivals without a window",
                with("limits: []").replace("routes:", "arrivals: { requests: 600 }\nroutes:"), "arrivals.every: missing");
        add(all, "a policy without a window", policy("per: ip, requests: 5", "n"), "policies.n.every: missing");
        add(all, "a policy of another scope", policy("per: ip, requests: 5, every: 1m, scope: groups", "n"),
                "policies.n.scope: groups (expected: route, group or global; did you mean group?)");
        add(all, "a policy with a name of its own", policy("name: n, per: ip, requests: 5, every: 1m", "n"),
                "policies.n.name: unknown key");
        add(all, "policies as a list", with("limits: []").replace("routes:", "policies: []\nroutes:"),
                "policies: a list (expected: a map of policies)");
        add(all, "a policy with a strange name",
                with("limits: []").replace("routes:", "policies: { 'a b': { per: ip, requests: 5, every: 1m } }\nroutes:"),
                "a name (expected: 1 to 64 letters");
        add(all, "a rate for everybody", limit("name: n, per: user, requests: 1, every: 1s, rates: [{ requests: 5 }]"),
                "limits[0].rates[0].when: missing (expected: a condition, such as { claim: plan, is: pro })");
        add(all, "a rate of nothing", limit("name: n, per: user, requests: 1, every: 1s, rates: [{ when: { roles: [a] } }]"),
                "limits[0].rates[0].requests: missing");
        add(all, "more rates than anybody can see through",
                limit("name: n, per: user, requests: 1, every: 1s, rates: ["
                        + "{ when: { roles: [a] }, requests: 5 },".repeat(17) + "]"),
                "17 rates (expected: at most 16)");
        add(all, "a test that expects the impossible", test("request: GET /a, expect: 200"),
                "expect: 200 (expected: forward, 400, 401, 403, 404 or 405");
        add(all, "a test that expects something misspelt", test("request: GET /a, expect: forwards"),
                "what matching and access can come to; did you mean forward?)");
        add(all, "a test without a method", test("request: /a, expect: forward"), "request: /a (expected: a method and a path");
        add(all, "a test without an expectation", test("request: GET /a"), "tests[0].expect: missing");
        add(all, "a test as somebody with an unknown key", test("request: GET /a, as: { role: [x] }, expect: forward"),
                "as.role: unknown key, did you mean roles?");
        add(all, "a test on a host of stars", test("request: GET /a, host: '*.h', expect: forward"),
                "host: *.h (expected: one host name)");
        add(all, "an issuer without keys", issuer("issuer: i, audiences: [api]"), "issuers.main.jwks: missing");
        add(all, "an issuer without audiences", issuer("issuer: i, jwks: 'https://k'"), "issuers.main.audiences: missing");
        add(all, "an issuer with an empty name", issuer("issuer: '', jwks: 'https://k', audiences: [a]"),
                "issuers.main.issuer: empty (expected: text that is not empty)");
        add(all, "no audiences", issuer("issuer: i, jwks: 'https://k', audiences: []"),
                "audiences: empty (expected: at least one value)");
        add(all, "keys from elsewhere", issuer("issuer: i, jwks: 'ftp://k', audiences: [a]"),
                "jwks: ftp://k (expected: https://");
        add(all, "no algorithm", goodIssuer("algorithms: [none]"), "algorithms[0]: none (expected: a public-key algorithm:");
        add(all, "an algorithm with a shared secret", goodIssuer("algorithms: [ES256, HS256]"),
                "algorithms[1]: HS256 (expected: a public-key algorithm:");
        add(all, "an algorithm in small letters", goodIssuer("algorithms: [es256]"),
                "ES512 or EdDSA; did you mean ES256?)");
        add(all, "an issuer id with a space", goodIssuer("leeway: 1s").replace("main:", "'a b':"),
                "issuers.a b: an id (expected: up to 64 letters");
        add(all, "a cookie that cannot be", goodIssuer("cookie: 'a b'"), "cookie: a b (expected: the name of a cookie)");
        add(all, "no required claims", goodIssuer("required-claims: []"),
                "required-claims: empty (expected: at least one value)");
        add(all, "keys believed for some time", goodIssuer("max-stale: soon"), "max-stale: soon (expected: 1m to 24h");
        add(all, "an issuer that is asked by nobody", asked("url: 'https://i', client-secret: x"),
                "issuers.main.introspection.client-id: missing (expected: who the gateway is there");
        add(all, "an issuer that is asked nowhere", asked("client-id: gw, client-secret: x"),
                "introspection.url: missing (expected: where the issuer is asked");
        add(all, "an issuer that is asked elsewhere", asked("url: 'ftp://i', client-id: gw, client-secret: x"),
                "url: ftp://i (expected: https://");
        add(all, "an issuer that is asked in its own way",
                asked("url: 'https://i', client-id: gw, client-secret: x, auth: digest"),
                "auth: digest (expected: basic or post)");
        add(all, "an issuer with keys that is asked too", issuer("issuer: i, jwks: 'https://k', audiences: [a], "
                + "introspection: { url: 'https://i', client-id: gw, client-secret: x }"),
                "jwks: beside introspection (expected: keys for an issuer of signed tokens, or introspection)");
        add(all, "a type of signed tokens where the issuer is asked", issuer("issuer: i, typ: [JWT], audiences: [a], "
                + "introspection: { url: 'https://i', client-id: gw, client-secret: x }"),
                "typ: beside introspection");
        add(all, "a shared key that could be guessed", issuer("issuer: i, shared-key: short"),
                "issuers.main.shared-key: not shown (expected: at least 32 bytes)");
        add(all, "a shared key beside keys", issuer("issuer: i, shared-key: " + "s".repeat(32) + ", jwks: 'https://k'"),
                "jwks: beside shared-key (expected: an issuer of HS256 tokens has none)");
        add(all, "a shared key for another algorithm",
                issuer("issuer: i, shared-key: " + "s".repeat(32) + ", algorithms: [ES256]"),
                "algorithms: beside shared-key");
        add(all, "a route for nobody's tokens", access("signed-in, issuers: []"),
                "issuers: empty (expected: at least one value)");
        add(all, "an expression", upstream("'http://#{host}'"), "#{ (expected: no expressions; they are never evaluated)");
    }

    private static void browsers(List<Example> all) {
        for (String origin : List.of("'*'", "'null'", "'https://a/'", "'https://*.a'", "'https://A'", "'https://u@a'",
                "'ftp://a'", "a")) {
            add(all, "an origin that is none", with("cors: { origins: [" + origin + "] }"),
                    "(expected: an origin as browsers send it");
        }
        add(all, "no origins", with("cors: { methods: [GET] }"), "cors.origins: missing");
        add(all, "every field", with("cors: { origins: ['https://a'], headers: ['*'] }"),
                "headers[0]: * (expected: the name of a field");
        add(all, "unknown guarding fields", with("security-headers: all"), "security-headers: all (expected: none, api or page)");
        add(all, "an unknown allowance", match("path: /a/**, allow: [dot-segments]"),
                "allow[0]: dot-segments (expected: encoded-slash or matrix-parameters)");
        for (String origin : List.of("https://a:443", "http://a:80", "http://a:", "http://a:0", "http://a:080", "http://a_b",
                "http://a.7", "http://a:65536")) {
            add(all, "an origin that no browser sends", with("cors: { origins: ['" + origin + "'] }"),
                    "(expected: an origin as browsers send it");
        }
    }

    /// Bounds that a pattern can say.
    private static void bounds(List<Example> all) {
        add(all, "an upstream whose name is none of a host", upstream("'http://my_service:80'"),
                "upstream: http://my_service:80 (expected: http://host or https://host, a port and a path if need be; "
                        + "names of hosts have no underscore)");
        for (String path : List.of("/a%E2%80%8Bb", "/a%C0%AFb", "/a%ED%A0%80", "/a%E2%80%A8", "/a%C2%85", "/a%EF%BC%8Fb",
                "/%FF")) {
            add(all, "a path that no request may have", match("path: " + path),
                    "(expected: a path that no request is refused for: ");
            add(all, "an upstream with such a path", upstream("'http://h" + path + "'"),
                    "(expected: http://host or https://host");
        }
        add(all, "a path of too many segments", match("path: " + "/a".repeat(65)), "(expected: at most 64 segments)");
        add(all, "a question about health that no URI is",
                named("instances: [{ url: 'http://h' }], health: { path: '/z<x>' }", "n"),
                "health.path: /z<x> (expected: a path such as /healthz");
        add(all, "a test on no host", test("request: GET /a, host: 'a b', expect: forward"), "host: a b (expected: a host name");
        add(all, "a host of a label that is too long", match("path: /a, host: " + "a".repeat(64)), "(expected: a host name");
        add(all, "an audience with a control character", issuer("issuer: i, jwks: 'https://k', audiences: [\"a\\u0001\"]"),
                "(expected: text that is not empty)");
        add(all, "a time of ten digits", with("timeout: 0000000001s"), "timeout: 0000000001s (expected: 1ms to 1h");
        add(all, "a shared key that is a number", issuer("issuer: i, shared-key: " + "7".repeat(32)),
                "shared-key: not shown (expected: at least 32 bytes)");
        add(all, "keys at a port that no machine has", issuer("issuer: i, jwks: 'https://k:70000', audiences: [a]"),
                "jwks: https://k:70000 (expected: an address)");
        all.add(new Example("a test whose outcome the environment says", test("request: GET /a, expect: '${NOT_SET:forward}'"),
                "",
                false));
        all.add(new Example("no leeway at all, in hours", goodIssuer("leeway: 0h"), "", false));
        add(all, "a window of more than a year in hours", limit("name: n, per: ip, requests: 1, every: 9000h"),
                "every: 9000h (expected: 1s to 366d in whole seconds");
        add(all, "a path that no request may have", match("path: /a/../b"),
                "(expected: a path that no request is refused for: empty or dot segment)");
        add(all, "an empty segment", match("path: /a//b"),
                "(expected: a path that no request is refused for: empty or dot segment)");
        add(all, "an encoded slash", match("path: /a%2Fb"),
                "(expected: a path that no request is refused for: encoded delimiter)");
        add(all, "an encoded letter", match("path: /%61"),
                "(expected: a path that no request is refused for: encoded though it need not be)");
        add(all, "a letter beyond ASCII", match("path: /é"),
                "(expected: a path that a request can have: character that a path cannot hold)");
        add(all, "a port that no machine has", upstream("'http://h:70000'"),
                "upstream: http://h:70000 (expected: http://host");
        add(all, "too long a timeout", with("timeout: 2h"), "timeout: 2h (expected: 1ms to 1h");
        add(all, "too much leeway", goodIssuer("leeway: 6m"), "leeway: 6m (expected: 0s to 5m");
        add(all, "an issuer that is asked in the clear", asked("url: 'http://i', client-id: gw, client-secret: x"),
                "url: http://i (expected: https://");
        add(all, "an issuer that is asked with a password in its address",
                asked("url: 'https://u:secret@i', client-id: gw, client-secret: x"), "url: https://***@i (expected: https://");
        add(all, "an issuer that may think for long", asked("url: 'https://i', client-id: gw, client-secret: x, timeout: 11s"),
                "timeout: 11s (expected: 100ms to 10s");
        add(all, "answers that count for long", asked("url: 'https://i', client-id: gw, client-secret: x, cache: 11m"),
                "cache: 11m (expected: 0s to 10m");
        add(all, "keys believed for ever", goodIssuer("max-stale: 25h"), "max-stale: 25h (expected: 1m to 24h");
        add(all, "keys believed for a moment", goodIssuer("max-stale: 59s"), "max-stale: 59s (expected: 1m to 24h");
        add(all, "no age at all", access("{ max-age: 0s }"), "access.max-age: 0s (expected: 1s to 366d");
        add(all, "part of a second", limit("name: n, per: ip, requests: 1, every: 1500ms"),
                "every: 1500ms (expected: 1s to 366d in whole seconds");
        add(all, "keys over http from elsewhere", issuer("issuer: i, jwks: 'http://k', audiences: [a]"),
                "insecure-http: true allows http to other hosts");
        add(all, "keys with a password", issuer("issuer: i, jwks: 'https://u:p@k', audiences: [a]"),
                "jwks: https://***@k (expected: https://");
        for (String good : List.of("1ms", "3600000ms", "3600s", "60m", "1h", "007s")) {
            all.add(new Example("a timeout at its bounds", with("timeout: " + good), "", false));
        }
        for (String bad : List.of("0ms", "3600001ms", "3601s", "61m", "2h", "1d")) {
            add(all, "a timeout beyond its bounds", with("timeout: " + bad), "timeout: " + bad + " (expected: 1ms to 1h");
        }
        for (String good : List.of("0s", "300s", "5m", "300000ms", "0ms")) {
            all.add(new Example("a leeway at its bounds", goodIssuer("leeway: " + good), "", false));
        }
        for (String bad : List.of("301s", "300001ms", "6m", "1h")) {
            add(all, "a leeway beyond its bounds", goodIssuer("leeway: " + bad), "leeway: " + bad + " (expected: 0s to 5m");
        }
        for (String good : List.of("1d", "24h", "1440m", "86400s", "60s", "1m", "60000ms", "86400000ms")) {
            all.add(new Example("a max-stale at its bounds", goodIssuer("max-stale: " + good), "", false));
        }
        for (String bad : List.of("2d", "25h", "1441m", "86401s", "59s", "59999ms", "86400001ms", "0m")) {
            add(all, "a max-stale beyond its bounds", goodIssuer("max-stale: " + bad),
                    "max-stale: " + bad + " (expected: 1m to 24h");
        }
        String asked = "url: 'https://i', client-id: gw, client-secret: x, ";
        for (String good : List.of("timeout: 100ms", "timeout: 10s", "timeout: 10000ms", "cache: 0s", "cache: 10m", "cache: 600s",
                "negative-cache: 600000ms")) {
            all.add(new Example("questions at their bounds", asked(asked + good), "", false));
        }
        for (String bad : List.of("timeout: 99ms", "timeout: 10001ms", "timeout: 11s", "cache: 601s", "cache: 600001ms",
                "negative-cache: 11m")) {
            add(all, "questions beyond their bounds", asked(asked + bad), bad + " (expected: ");
        }
        for (String good : List.of("1s", "1000ms", "366d", "90s", "60000ms")) {
            all.add(new Example("a window at its bounds", limit("name: n, per: ip, requests: 1, every: " + good), "", false));
        }
        for (String bad : List.of("0s", "1001ms", "367d", "999ms", "0d")) {
            add(all, "a window beyond its bounds", limit("name: n, per: ip, requests: 1, every: " + bad),
                    "every: " + bad + " (expected: 1s to 366d");
        }
        for (String good : List.of("http://localhost:8080/k", "http://127.0.0.1/k", "http://[::1]:1/k", "https://k/a?b=c")) {
            all.add(new Example("keys from this machine or over TLS", issuer("issuer: i, audiences: [a], jwks: '" + good + "'"),
                    "",
                    false));
        }
        for (String bad : List.of("http://localhost.evil/k", "http://127.0.0.1.evil/k", "http://10.0.0.1/k", "https://k#x",
                "http://localhost@evil/k")) {
            add(all, "keys from where anybody could be", issuer("issuer: i, audiences: [a], jwks: '" + bad + "'"),
                    "(expected: https://");
        }
        all.add(new Example("keys over http where that is the wish",
                issuer("issuer: i, audiences: [a], jwks: 'http://k', insecure-http: true"), "", false));
    }

    private static void names(List<Example> all) {
        String seven = upstream("7").replace("routes:", "upstreams: { '7': { instances: [{ url: 'http://h' }] } }\nroutes:");
        add(all, "an upstream whose name is written as a number", seven, "upstream: 7 (expected: text; put it in quotes)");
        all.add(new Example("an upstream whose name looks like a number", seven.replace("upstream: 7", "upstream: '7'"), "",
                false));
        String policy = with("limits: [7]").replace("routes:", "policies: { '7': { per: ip, requests: 5, every: 1m } }\nroutes:");
        add(all, "a policy whose name is written as a number", policy, "limits[0]: 7 (expected: text; put it in quotes)");
        all.add(new Example("a policy whose name looks like a number", policy.replace("[7]", "['7']"), "", false));
        for (String file : List.of("ca: ''", "certificate: ' ', key: k", "certificate: c, key: \"k\\0\"")) {
            add(all, "a file without a name", named("instances: [{ url: 'https://h' }], tls: { " + file + " }", "n"),
                    "(expected: ");
        }
    }

    private static void add(List<Example> all, String why, String yaml, String problem) {
        all.add(new Example(why, yaml, problem, true));
    }

    private static void invisible(List<Example> all) {
        hidden(all, "a variable that is not set", upstream("'${NOT_SET}'"),
                "upstream: ${NOT_SET} is not set (expected: a variable NOT_SET in the environment");
        hidden(all, "a variable within a variable", upstream("'${NOT_SET:${A:http://h}}'"),
                "${ (expected: ${NAME} or ${NAME:default}, not nested)");
        hidden(all, "a variable with a wrong default", with("timeout: '${NOT_SET:5x}'"),
                "timeout: ${NOT_SET:5x} (expected: 1ms to 1h");
        hidden(all, "a route for two issuers that are asked", access("signed-in").replace(ISSUERS, TWO_ASKED),
                "access: one, two (expected: at most one issuer with introspection");
        hidden(all, "a route that names two issuers that are asked",
                access("signed-in, issuers: [one, two]").replace(ISSUERS, TWO_ASKED),
                "issuers: one, two (expected: at most one issuer with introspection");
        hidden(all, "a route for an issuer that is misspelled", access("signed-in, issuers: [mian]"),
                "issuers[0]: mian (expected: an issuer of this file; did you mean main?)");
        hidden(all, "a route for an issuer far from all others", access("signed-in, issuers: [main, somebody-else]"),
                "issuers[1]: somebody-else (expected: an issuer of this file: main)");
        hidden(all, "a public route for one issuer's tokens", access("public, issuers: [main]"),
                "issuers: a public route looks at no token (expected: no issuers, or another access)");
        hidden(all, "conditions nested too deep", access(nested(9)),
                "nested too deep (expected: at most 8 conditions in each other)");
        hidden(all, "too many conditions", access("{ any: [" + "{ roles: [a] },".repeat(64) + "] }"),
                "access.any[63]: one condition too many (expected: at most 64 in a rule)");
        hidden(all, "the opposite of a step-up", access("{ not: { any: [{ roles: [a] }, { acr: [b] }] } }"),
                "access.not: the opposite of any of (roles any of [a]; acr any of [b]) (expected: no acr and no max-age below not");
        for (String spelling : List.of("01", "+1", "0x1", "1.0", "1.", "1.0e+0")) {
            hidden(all, "a number in a spelling that not everybody reads alike", with("strip-prefix: " + spelling),
                    "strip-prefix: " + spelling + " (expected: a whole number, 0 to 64; in digits alone, without a 0 ahead)");
        }
        hidden(all, "more segments than are fixed", with("strip-prefix: 2"),
                "strip-prefix: 2 (expected: at most 1, the segments of /a that are fixed)");
        hidden(all, "a variable twice", match("path: '/{a}/{a}'"), "(expected: each {name} once)");
        hidden(all, "a path of the gateway", match("path: /livez"),
                "/livez is unreachable: the gateway keeps this path for itself");
        hidden(all, "keys in no file", issuer("issuer: i, jwks: 'file:none.json', audiences: [a]"),
                "jwks: file:none.json (expected: a file that exists");
        hidden(all, "an instance that stands twice", upstream("[{ url: 'http://h' }, { url: 'http://h/' }]"),
                "http://h (expected: each instance once; weight gives it more)");
        hidden(all, "a service among instances", upstream("[{ url: 'lb://s' }, { url: 'http://h' }]"),
                "upstream: a service among others (expected: one service alone");
        hidden(all, "an upstream that has no such name", named("instances: [{ url: 'http://h' }]", "m"),
                "upstream: m (expected: an upstream of this file; did you mean n?)");
        hidden(all, "a limit of one name twice",
                with("limits: [{ name: n, per: ip, requests: 1, every: 1s }, { name: n, per: user, requests: 1, every: 1s }]"),
                "limits[1].name: n (expected: another name; this route has a limit of that name)");
        hidden(all, "a policy that is not there", policy("per: ip, requests: 5, every: 1m", "m"),
                "limits[0]: m (expected: a limit; or a policy of this file; did you mean n?)");
        hidden(all, "a policy where there are none", with("limits: [n]"),
                "limits[0]: n (expected: a limit; or a policy of this file, which has none)");
        hidden(all, "a policy twice", policy("per: ip, requests: 5, every: 1m", "n, n"),
                "limits[1]: n (expected: another name; this route has a limit of that name)");
        hidden(all, "a limit with the name of a policy for all routes",
                policy("per: ip, requests: 5, every: 1m, scope: global", "{ name: n, per: ip, requests: 1, every: 1s }"),
                "limits[0].name: n (expected: another name; a policy of that name holds for every route)");
        hidden(all, "a test that fails", test("request: GET /b, expect: forward"),
                "tests[0]: GET /b gives 404 (expected: forward)");
        hidden(all, "a route for tokens without any issuer", access("signed-in").replace(ISSUERS, ""),
                "access: a route that reads tokens, but no issuer of tokens is named");
        hidden(all, "a route for some tokens without any issuer", access("optional").replace(ISSUERS, "issuers: {}\n"),
                "access: a route that reads tokens");
        hidden(all, "one issuer under two names",
                with("timeout: 1s").replace(" } }\n",
                        " }, other: { issuer: 'https://i', jwks: 'https://j', audiences: [api] } }\n"),
                "issuers.other.issuer: the issuer of line 2 again");
    }

    private static void hidden(List<Example> all, String why, String yaml, String problem) {
        all.add(new Example(why, yaml, problem, false));
    }
}
