package dev.gatehouse.gateway.routefile;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteTest;

/// Reads the `tests` of one route.
final class RouteTestReader {

    private static final String OUTCOMES = "forward, 400, 401, 403, 404 or 405: what matching and access can come to";

    private final Problems problems;
    private final String route;
    private final String host;

    RouteTestReader(Problems problems, String route, Optional<RouteMatch> match) {
        this.problems = problems;
        this.route = route;
        this.host = match.flatMap(RouteMatch::host).map(name -> name.startsWith("*.") ? "any" + name.substring(1) : name)
                .orElse("localhost");
    }

    List<RouteTest> tests(Fields routeFields) {
        List<RouteTest> tests = new ArrayList<>();
        for (YamlNode item : routeFields.items("tests")) {
            Fields.of(item, problems, RoutesSchema.TEST).flatMap(this::test).ifPresent(tests::add);
        }
        return tests;
    }

    private Optional<RouteTest> test(Fields fields) {
        Optional<String[]> request = fields.text("request", RouteTestReader::methodAndTarget);
        Optional<RouteTest.Outcome> expected = fields.node("expect").flatMap(node -> outcome(fields, node));
        String toHost = fields.text("host", RouteTestReader::exactHost).orElse(host);
        Optional<Caller> caller = fields.node("as").isEmpty()
                ? Optional.of(Caller.ANONYMOUS)
                : fields.node("as").flatMap(this::caller);
        if (request.isEmpty() || expected.isEmpty() || caller.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RouteTest(route, fields.at().line(), fields.at().column(), fields.at().path(), request.get()[0],
                request.get()[1], toHost,
                caller.get(), expected.get()));
    }

    private static String[] methodAndTarget(String text) {
        int space = text.indexOf(' ');
        String method = text.substring(0, Math.max(0, space));
        if (method.isEmpty() || space == text.length() - 1 || !method.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
            throw new IllegalArgumentException("a method and a path, such as GET /api/orders/7");
        }
        return new String[]{method, text.substring(space + 1)};
    }

    private static String exactHost(String text) {
        String exact = Texts.host(text);
        if (exact.startsWith("*.")) {
            throw new IllegalArgumentException("one host name");
        }
        return exact;
    }

    private Optional<RouteTest.Outcome> outcome(Fields fields, YamlNode node) {
        if (node instanceof YamlNode.Text text && text.value().equals("forward")) {
            return Optional.of(new RouteTest.Outcome.Forward());
        }
        if (node instanceof YamlNode.Text text && RoutesSchema.TEST.words("expect").contains(text.value())) {
            return fields.number("expect", 400, 405).map(status -> new RouteTest.Outcome.Status(status.intValue()));
        }
        fields.expected("expect", node, OUTCOMES);
        return Optional.empty();
    }

    private Optional<Caller> caller(YamlNode node) {
        return Fields.of(node, problems, RoutesSchema.CALLER).map(fields -> {
            Map<String, Object> claims = new LinkedHashMap<>();
            fields.node("claims").ifPresent(map -> claims.putAll(claims(map)));
            String subject = fields.text("sub", Texts::nonEmpty).orElse("somebody");
            List<String> roles = fields.texts("roles", Texts::nonEmpty).orElse(List.of());
            List<String> scopes = fields.texts("scopes", Texts::scope).orElse(List.of());
            claims.put("sub", subject);
            claims.put("roles", roles);
            claims.put("scope", String.join(" ", scopes));
            fields.text("acr", Texts::nonEmpty).ifPresent(acr -> claims.put("acr", acr));
            fields.text("auth-age", Quantities::age)
                    .ifPresent(age -> claims.put("auth_time", RouteTestRunner.NOW.minus(age).getEpochSecond()));
            return new Caller.Authenticated("test", subject, roles, scopes, Instant.MAX, Collections.unmodifiableMap(claims));
        });
    }

    private Map<String, Object> claims(YamlNode node) {
        if (node instanceof YamlNode.Mapping map) {
            Map<String, Object> claims = new LinkedHashMap<>();
            map.entries().forEach((name, entry) -> claims.put(name, entry.value().toJava()));
            return claims;
        }
        problems.expected(node, "a map of claims");
        return Map.of();
    }
}
