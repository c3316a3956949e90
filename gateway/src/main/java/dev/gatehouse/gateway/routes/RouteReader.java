package dev.gatehouse.gateway.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.authentication.AcceptedIssuers;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.mirroring.MirrorSpec;
import dev.gatehouse.gateway.path.Allowance;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.routes.yaml.Fields;
import dev.gatehouse.gateway.routes.yaml.Position;
import dev.gatehouse.gateway.routes.yaml.Problems;
import dev.gatehouse.gateway.routes.yaml.YamlNode;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamSpec;
import dev.gatehouse.gateway.websocket.SocketSpec;

/// Reads `routes`.
final class RouteReader {

    static final String ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private final Problems problems;
    private final List<String> warnings;
    private final Protection defaults;
    private final RouteIssuers issuers;
    private final UpstreamReader upstreams;
    private final LimitReader limits;

    RouteReader(Problems problems, List<String> warnings, Protection defaults, RouteIssuers issuers, UpstreamReader upstreams,
            LimitReader limits) {
        this.problems = problems;
        this.warnings = warnings;
        this.defaults = defaults;
        this.issuers = issuers;
        this.upstreams = upstreams;
        this.limits = limits;
    }

    /// A route as far as it could be read, so that a mistake in one place does not hide those that need the whole.
    ///
    /// @param id its id; made up from its place when it has none
    /// @param at where it stands
    /// @param idAt where its id stands
    /// @param matchAt where its path stands
    /// @param accessAt where its access stands
    /// @param match which requests it takes, if that is readable
    /// @param spec the route, if all of it is good
    /// @param access who may use it, if that is readable
    /// @param tests those that are readable
    record Draft(String id, Position at, Position idAt, Position matchAt, Position accessAt, Optional<RouteMatch> match,
            Optional<Access> access,
            Optional<RouteSpec> spec, List<RouteTest> tests) {

        boolean readsTokens() {
            return access.isPresent() && access.get().readsTokens();
        }
    }

    List<Draft> routes(Fields file) {
        List<Draft> drafts = new ArrayList<>();
        for (YamlNode node : file.items("routes")) {
            Fields.of(node, problems, RoutesSchema.ROUTE).map(this::draft).ifPresent(drafts::add);
        }
        if (file.node("routes").orElse(null) instanceof YamlNode.Sequence list && list.items().isEmpty()) {
            problems.add(list.at(), "empty (expected: at least one route)");
        }
        return drafts;
    }

    private Draft draft(Fields fields) {
        Optional<String> id = fields.text("id", Texts::id);
        Optional<RouteMatch> match = fields.node("match").flatMap(this::match);
        Optional<UpstreamSpec> upstream = upstreams.upstream(fields, id.orElse(fields.at().path()));
        Optional<Access> access = new AccessReader(problems).access(fields);
        AcceptedIssuers accepted = issuers.read(fields, access);
        int stripPrefix = match.map(found -> stripPrefix(fields, found)).orElse(0);
        boolean forwardToken = fields.flag("forward-token").orElse(false);
        boolean assertion = fields.flag("assertion").orElse(true);
        Protection protection = RouteDefaults.protection(fields, defaults);
        BrowserPolicy browser = new BrowserReader(problems).policy(fields);
        List<LimitSpec> limited = limits.limits(fields);
        String name = id.orElse(fields.at().path());
        warnOfUserLimits(name, access, limited);
        List<RouteTest> tests = new RouteTestReader(problems, name, match).tests(fields);
        Optional<RouteSpec> spec = id.isPresent() && match.isPresent() && upstream.isPresent() && access.isPresent()
                ? Optional
                        .of(new RouteSpec(name, match.get(), upstream.get(), mirror(fields, upstream.get()), accepted,
                                access.get(), stripPrefix,
                                forwardToken, assertion, protection, browser, concurrency(fields), websocket(fields),
                                fields.text("compression", Texts::compression).orElse(Compression.NONE), limited))
                : Optional.empty();
        return new Draft(name, fields.at(), fields.at("id"), fields.at("match", "path"), fields.at("access"), match, access, spec,
                tests);
    }

    private Optional<RouteMatch> match(YamlNode node) {
        return Fields.of(node, problems, RoutesSchema.MATCH).flatMap(fields -> {
            Optional<PathPattern> path = fields.text("path", PathPattern::parse);
            Optional<List<String>> methods = fields.texts("methods", Texts::method);
            Optional<String> host = fields.text("host", Texts::host);
            Optional<List<Allowance>> allow = fields.texts("allow", Texts::allowance);
            boolean readable = methods.isPresent() == fields.node("methods").isPresent()
                    && host.isPresent() == fields.node("host").isPresent();
            return readable
                    ? path.map(found -> new RouteMatch(found, Set.copyOf(methods.orElse(List.of())), host,
                            Set.copyOf(allow.orElse(List.of()))))
                    : Optional.empty();
        });
    }

    private Optional<MirrorSpec> mirror(Fields route, UpstreamSpec upstream) {
        return route.node("mirror").flatMap(node -> Fields.of(node, problems, RoutesSchema.MIRROR)).flatMap(fields -> {
            int percent = fields.number("percent", 1, 100).orElse(100L).intValue();
            return fields.text("url", upstreams::address).map(url -> new InstanceSpec(url, 1)).map(mirror -> {
                upstreams.refuseOther(fields.at("url"), upstream, mirror);
                return new MirrorSpec(mirror.address(), percent);
            });
        });
    }

    private ConcurrencySpec concurrency(Fields route) {
        return route.node("max-concurrent").flatMap(node -> Fields.of(node, problems, RoutesSchema.MAX_CONCURRENT))
                .map(fields -> {
                    if (fields.keys().isEmpty()) {
                        problems.add(fields.at(), "empty (expected: route, user or both)");
                    }
                    return new ConcurrencySpec(most(fields, "route"), most(fields, "user"));
                }).orElse(ConcurrencySpec.NONE);
    }

    private Optional<SocketSpec> websocket(Fields route) {
        return route.node("websocket").flatMap(node -> Fields.of(node, problems, RoutesSchema.WEBSOCKET)).map(fields -> {
            int perUser = fields.number("max-per-user", 1, 1_000_000).orElse((long) SocketSpec.DEFAULT.perUser()).intValue();
            return new SocketSpec(perUser, fields.text("max-frame", Quantities::frameSize).orElse(SocketSpec.DEFAULT.maxFrame()),
                    fields.text("idle-timeout", Quantities::silence).orElse(SocketSpec.DEFAULT.idle()));
        });
    }

    private static int most(Fields fields, String whose) {
        return fields.number(whose, 1, 1_000_000).orElse((long) ConcurrencySpec.ANY).intValue();
    }

    private int stripPrefix(Fields fields, RouteMatch match) {
        int most = match.path().literalPrefix();
        long strip = fields.number("strip-prefix", 0, PathPattern.MAX_SEGMENTS).orElse(0L);
        if (strip > most) {
            problems.add(fields.at("strip-prefix"),
                    strip + " (expected: at most " + most + ", the segments of " + match.path() + " that are fixed)");
            return 0;
        }
        return (int) strip;
    }

    private void warnOfUserLimits(String id, Optional<Access> access, List<LimitSpec> limited) {
        boolean anonymous = access.isPresent() && !access.get().knowsCallers();
        limited.stream()
                .filter(limit -> anonymous && (limit.per() instanceof LimitKey.User || limit.per() instanceof LimitKey.Claim))
                .forEach(limit -> warnings.add(
                        "route " + id + ": limit " + limit.name() + " counts by address, since a public route knows no user"));
    }
}
