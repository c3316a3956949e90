package dev.gatehouse.gateway.operator;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.browser.Cors;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.explain.Words;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.reload.RouteWatcher;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.routefile.RouteProblem;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTest;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Link;

/// The routes that are in place, with the hash and the time of their file. Thread-safe.
record RouteListing(RouteWatcher watcher) implements Supplier<Map<String, Object>> {

    @Override
    public Map<String, Object> get() {
        RouteWatcher.State state = watcher.state();
        Map<String, Object> listing = new LinkedHashMap<>();
        listing.put("file", watcher.file().toString());
        listing.put("sha256", state.hash());
        listing.put("loadedAt", state.loadedAt().toString());
        listing.put("tookMillis", state.took().toMillis());
        listing.put("problems", state.problems().stream().map(RouteProblem::toString).toList());
        state.badSince().ifPresent(since -> listing.put("badSince", since.toString()));
        state.routes().arrivals().ifPresent(limit -> listing.put("arrivals", limit(limit)));
        Map<String, Long> tests = state.routes().tests().stream()
                .collect(Collectors.groupingBy(RouteTest::route, Collectors.counting()));
        listing.put("routes", state.routes().routes().stream().map(route -> route(route, tests.getOrDefault(route.id(), 0L)))
                .toList());
        return listing;
    }

    private static Map<String, Object> route(RouteSpec route, long tests) {
        Map<String, Object> match = new LinkedHashMap<>();
        match.put("path", route.match().path().toString());
        match.put("methods", route.match().methods());
        match.put("allow", Words.allowances(route.match()));
        route.match().host().ifPresent(host -> match.put("host", host));
        Protection protection = route.protection();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", route.id());
        data.put("match", match);
        data.put("access", route.access().describe());
        data.put("issuers", route.issuers().ids().stream().sorted().toList());
        data.put("upstreams", route.upstreams().stream().map(RouteListing::upstream).toList());
        data.put("upstream", route.upstream().id());
        data.put("protocol", route.upstream().link().protocol().name().toLowerCase(Locale.ROOT));
        if (route.upstream().link().hasFiles()) {
            data.put("tls", tls(route.upstream().link()));
        }
        data.put("balance", route.upstream().balance().describe());
        route.upstream().health().ifPresent(health -> data.put("health", health.describe()));
        route.mirror().ifPresent(mirror -> data.put("mirror", mirror.percent() + " % to " + mirror.address()));
        data.put("retries", protection.retries().name().toLowerCase(Locale.ROOT));
        data.put("stripPrefix", route.stripPrefix());
        data.put("forwardToken", route.forwardToken());
        data.put("assertion", route.assertion());
        data.put("timeoutMillis", protection.timeout().toMillis());
        data.put("maxBody", protection.maxBody() == Protection.UNLIMITED ? "unlimited" : (Object) protection.maxBody());
        data.put("maxConcurrent", Map.of("route", most(route.concurrency().route()), "user", most(route.concurrency().user())));
        data.put("compression", route.compression().word());
        route.browser().cors().ifPresent(cors -> data.put("cors", cors(cors)));
        data.put("securityHeaders", route.browser().security().name().toLowerCase(Locale.ROOT));
        route.websocket().ifPresent(socket -> data.put("websocket", Map.of("maxPerUser", socket.perUser(), "maxFrame",
                socket.maxFrame(), "idleTimeout", Words.duration(socket.idle()))));
        data.put("limits", route.limits().stream().map(RouteListing::limit).toList());
        data.put("tests", tests);
        return data;
    }

    private static Map<String, String> tls(Link link) {
        Map<String, String> files = new LinkedHashMap<>();
        link.ca().ifPresent(file -> files.put("ca", file.toString()));
        link.certificate().ifPresent(file -> files.put("certificate", file.toString()));
        link.key().ifPresent(file -> files.put("key", file.toString()));
        return files;
    }

    private static Map<String, Object> cors(Cors cors) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("origins", cors.origins().stream().sorted().toList());
        data.put("methods", cors.methods());
        data.put("headers", cors.headers());
        data.put("expose", cors.expose());
        data.put("credentials", cors.credentials());
        data.put("maxAge", Words.duration(cors.maxAge()));
        return data;
    }

    private static Object most(int count) {
        return count == ConcurrencySpec.ANY ? "any" : (Object) count;
    }

    private static Map<String, Object> upstream(InstanceSpec upstream) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("url", upstream.origin().toString());
        data.put("weight", upstream.weight());
        return data;
    }

    private static Map<String, Object> limit(LimitSpec limit) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", limit.name());
        data.put("per", Words.limitKey(limit.per()));
        data.put("requests", limit.requests());
        data.put("every", Words.duration(limit.every()));
        data.put("shared", limit.shared());
        if (!limit.rates().isEmpty()) {
            data.put("rates", limit.rates().stream().map(RouteListing::rate).toList());
        }
        return data;
    }

    private static Map<String, Object> rate(LimitSpec.Rate rate) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("when", rate.when().describe());
        data.put("requests", rate.limit().requests());
        data.put("every", Words.duration(rate.limit().every()));
        return data;
    }
}
