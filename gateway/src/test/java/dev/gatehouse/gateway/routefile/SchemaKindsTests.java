package dev.gatehouse.gateway.routefile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/// A file with every key, in which one value after the other is exchanged for one of another kind or is taken away: the schema and the loader
/// say the same of all of them.
class SchemaKindsTests {

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(RoutesSchemaTests.text());

    private static final String FULL = """
            version: 1
            issuers:
              main:
                issuer: https://i
                jwks: https://i/jwks
                audiences: [api]
                algorithms: [ES256]
                typ: [at+jwt]
                leeway: 5s
                required-claims: [jti]
                max-stale: 1h
                cookie: token
                insecure-http: false
              asked:
                issuer: j
                audiences: [api]
                introspection: { url: 'https://j', client-id: a, client-secret: b, auth: basic, timeout: 1s, cache: 1s, negative-cache: 1s }
              shared: { issuer: k, shared-key: 0123456789-0123456789-0123456789, typ: [JWT], audiences: [api] }
            defaults: { timeout: 5s, retries: safe, max-body: 1MB }
            arrivals: { requests: 5, every: 1s }
            upstreams:
              n:
                instances: [{ url: 'http://h', weight: 2 }, { url: 'http://g' }]
                balance: round-robin
                protocol: http1
                tls: {}
                health: { path: /z, every: 1s, timeout: 1s, unhealthy: 2, healthy: 2 }
            policies:
              p: { per: user, requests: 5, every: 1m, scope: group, rates: [{ when: { claim: plan, is: pro }, requests: 9, every: 1h }] }
            routes:
              - id: a
                match: { path: '/a/{x}', methods: [GET], host: h.example, allow: [encoded-slash] }
                upstream: n
                mirror: { url: 'http://m', percent: 5 }
                issuers: [main]
                access: { all: [{ roles: [r] }, { any: [{ scopes: [s] }, { claim: c, in: [1, x, true] }] }, { not: { claim: d, is: 1 } }, { acr: [g] }, { max-age: 1m }] }
                strip-prefix: 1
                timeout: 5s
                retries: never
                max-body: 1MB
                forward-token: false
                assertion: true
                max-concurrent: { route: 5, user: 2 }
                websocket: { max-per-user: 2, max-frame: 1kB, idle-timeout: 1m }
                cors: { origins: ['https://a'], methods: [GET], headers: [X-A], expose: [X-B], credentials: false, max-age: 1m }
                security-headers: api
                compression: none
                limits: [p, { name: l, per: ip, requests: 1, every: 1s, rates: [{ when: { roles: [r] }, requests: 2 }] }]
                tests:
                  - { request: GET /a/7, as: { sub: u, roles: [q], scopes: [s], acr: g, auth-age: 1s, claims: { c: 1 } }, host: h.example, expect: 403 }
              - { id: b, match: { path: /b }, upstream: [{ url: 'http://h' }], access: { client-certificate: ['dns:a'] } }
              - { id: c, match: { path: /c }, upstream: 'http://h', access: public }
            """;

    private static final List<Object> OTHERS = Arrays.asList(null, true, 0, 1, -1, 1.5, "", " ", "x", "1", List.of(),
            List.of("x"),
            Arrays.asList((Object) null), List.of(1), List.of(List.of()), Map.of(), Map.of("x", 1));

    /// What needs comparing with another place of the file, which a schema cannot do.
    private static final List<String> UNSEEN = List.of("upstream: n (expected: http://host", "an issuer of this file",
            "an upstream of this file",
            "a policy of this file",
            "a limit; or a policy", " gives ", "the segments of ", "looks at no token", "is named (expected");

    @Test
    void aboutEveryKindOfValueAtEveryPlace() {
        Object full = new Yaml().load(FULL);
        assertThat(difference(full)).isEmpty();

        assertThat(variants(full).toList().parallelStream().map(SchemaKindsTests::difference))
                .allMatch(String::isEmpty);
    }

    /// Empty when both say the same.
    private static String difference(Object file) {
        String json = JsonMapper.shared().writeValueAsString(file);
        List<String> told = SCHEMA.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
        List<String> problems = switch (RouteFile.read(json, Map.<String, String>of()::get)) {
            case RouteFileResult.Valid _ -> List.of();
            case RouteFileResult.Invalid(List<RouteProblem> all) -> all.stream().map(RouteProblem::toString).toList();
        };
        boolean same = told.isEmpty()
                ? problems.stream().allMatch(problem -> UNSEEN.stream().anyMatch(problem::contains))
                : !problems.isEmpty();
        return same ? "" : "the schema says " + told + ", the loader " + problems;
    }

    /// All files that are this one but for one value.
    private static Stream<Object> variants(Object value) {
        Stream<Object> here = OTHERS.stream();
        return switch (value) {
            case Map<?, ?> map -> Stream.concat(here, map.keySet().stream().flatMap(key -> Stream.concat(
                    Stream.of(without(map, key)), variants(map.get(key)).map(other -> with(map, key, other)))));
            case List<?> list -> Stream.concat(here, Stream.iterate(0, i -> i < list.size(), i -> i + 1)
                    .flatMap(i -> variants(list.get(i)).map(other -> with(list, i, other))));
            default -> here;
        };
    }

    private static Map<Object, Object> with(Map<?, ?> map, Object key, Object value) {
        Map<Object, Object> changed = new LinkedHashMap<>(map);
        changed.put(key, value);
        return changed;
    }

    private static Map<Object, Object> without(Map<?, ?> map, Object key) {
        Map<Object, Object> changed = new LinkedHashMap<>(map);
        changed.remove(key);
        return changed;
    }

    private static List<Object> with(List<?> list, int place, Object value) {
        List<Object> changed = new ArrayList<>(list);
        changed.set(place, value);
        return changed;
    }
}
