package dev.gatehouse.gateway.routes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Makes tables and requests from few letters, so that routes overlap and requests meet several of them. The same seed gives the same ones.
public final class RandomRoutes {

    private static final String[] PARTS = {"a", "a", "b", "c", "*", "{x}"};
    private static final String[] HOSTS = {"", "", "", "h.x.y", "x.y", "*.x.y", "*.y"};
    private static final String[] REQUEST_HOSTS = {"other", "h.x.y", "x.y", "i.x.y", "h.i.x.y", "y", "h.x.y."};
    private static final String[] METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT"};
    private static final String[] REQUEST_METHODS = {"GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "PURGE", "TRACE"};

    private final Random random;
    private final int depth;

    /// @param depth most segments of a pattern, not counting `**` and a trailing slash
    public RandomRoutes(long seed, int depth) {
        this.random = new Random(seed);
        this.depth = depth;
    }

    /// Up to as many routes, no two of which take the same requests.
    public List<RouteSpec> table(int most) {
        Map<String, Set<String>> taken = new HashMap<>();
        List<RouteSpec> routes = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            RouteSpec route = TestRoutes.route(condition());
            String place = route.match().host() + " " + route.match().path().shape();
            Set<String> methods = taken.computeIfAbsent(place, _ -> new HashSet<>());
            Set<String> own = route.match().methods().isEmpty() ? Set.of("any") : route.match().methods();
            if (own.stream().noneMatch(methods::contains)) {
                methods.addAll(own);
                routes.add(route);
            }
        }
        return routes;
    }

    private String condition() {
        List<String> methods = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String method = pick(METHODS);
            if (!methods.contains(method)) {
                methods.add(method);
            }
        }
        return (methods.isEmpty() ? "" : String.join(",", methods) + " ") + pick(HOSTS) + pattern();
    }

    private String pattern() {
        StringBuilder pattern = new StringBuilder();
        for (int i = random.nextInt(depth + 1); i > 0; i--) {
            String part = pick(PARTS);
            pattern.append('/').append(part.equals("{x}") ? "{x" + i + "}" : part);
        }
        String end = pick("", "", "/", "/**", "/**");
        return pattern.isEmpty() && end.isEmpty() ? "/" : pattern + end;
    }

    public String method() {
        return pick(REQUEST_METHODS);
    }

    public String host() {
        return pick(REQUEST_HOSTS);
    }

    public String path() {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            path.append('/').append(pick("a", "a", "b", "c", "d"));
        }
        return path.isEmpty() ? "/" : path.append(pick("", "", "/")).toString();
    }

    /// A request whose slashes are perhaps encoded.
    public Request request() {
        String path = path();
        int slash = path.indexOf('/', 1);
        String target = slash > 0 && slash < path.length() - 1 && random.nextInt(3) == 0
                ? path.substring(0, slash) + "%2F" + path.substring(slash + 1)
                : path;
        return new Request(method(), host(), target);
    }

    /// What a client sends.
    ///
    /// @param target as in the request line
    public record Request(String method, String host, String target) {}

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
