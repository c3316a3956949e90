package dev.gatehouse.gateway.routefile;

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
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Position;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.Shape;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;
import dev.gatehouse.gateway.routes.PathPattern;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTest;
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
    /// @param node where it stands
    /// @param match which requests it takes, if that is readable
    /// @param spec the route, if all of it is good
    /// @param access who may use it, if that is readable
    /// @param tests those that are readable
    record Draft(String id, YamlNode.Mapping node, Optional<RouteMatch> match, Optional<Access> access, Optional<RouteSpec> spec,
            List<RouteTest> tests) {

        Position idAt() {
            return node.at("id");
        }

        Position matchAt() {
            return node.at("match", "path");
        }

        Position accessAt() {
            return node.at("access");
        }

        boolean readsTokens() {
            return access.isPresent() && access.get().readsTokens();
        }
    }

    List<Draft> routes(Fields file, RouteMemory.Reading memory) {
        List<Draft> drafts = new ArrayList<>();
        List<YamlNode> items = file.items("routes");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof YamlNode.Mapping map) {
                Draft same = memory.recall(i, map, warnings);
                drafts.add(same != null ? same : read(i, map, memory));
            } else {
                Fields.refuse(items.get(i), problems, RoutesSchema.ROUTE);
            }
        }
        if (file.node("routes").orElse(null) instanceof YamlNode.Sequence list && list.items().isEmpty()) {
            problems.add(list.at(), "empty (expected: at least one route)");
        }
        return drafts;
    }

    private Draft read(int place, YamlNode.Mapping node, RouteMemory.Reading memory) {
        int warned = warnings.size();
        Draft draft = draft(node, new Fields(node, problems, RoutesSchema.ROUTE));
        memory.note(place, draft, warnings.subList(warned, warnings.size()));
        return draft;
    }

    private Draft draft(YamlNode.Mapping node, Fields fields) {
        Optional<String> id = fields.text("id", Texts::id);
        String name = id.isPresent() ? id.get() : fields.at().path();
        Optional<RouteMatch> match = match(part(fields, "match", RoutesSchema.MATCH));
        Optional<UpstreamSpec> upstream = upstreams.upstream(fields, name);
        Optional<Access> access = new AccessReader(problems).access(fields);
        AcceptedIssuers accepted = issuers.read(fields, access);
        int stripPrefix = match.isPresent() && fields.has("strip-prefix") ? stripPrefix(fields, match.get()) : 0;
        boolean forwardToken = fields.flag("forward-token").orElse(false);
        boolean assertion = fields.flag("assertion").orElse(true);
        warnOfEqualSubjects(name, accepted, assertion || forwardToken);
        Protection protection = RouteDefaults.protection(fields, defaults);
        BrowserPolicy browser = new BrowserReader(problems).policy(fields);
        List<LimitSpec> limited = limits.limits(fields);
        warnOfUserLimits(name, access, limited);
        List<RouteTest> tests = fields.has("tests") ? new RouteTestReader(problems, name, match).tests(fields) : List.of();
        Optional<RouteSpec> spec = id.isPresent() && match.isPresent() && upstream.isPresent() && access.isPresent()
                ? Optional
                        .of(new RouteSpec(name, match.get(), upstream.get(), mirror(fields, upstream.get()), accepted,
                                access.get(), stripPrefix,
                                forwardToken, assertion, protection, browser, concurrency(fields), websocket(fields),
                                fields.text("compression", Texts::compression).orElse(Compression.NONE), limited))
                : Optional.empty();
        return new Draft(name, node, match, access, spec, tests);
    }

    private Optional<Fields> part(Fields route, String key, Shape shape) {
        Optional<YamlNode> node = route.node(key);
        return node.isPresent() ? Fields.of(node.get(), problems, shape) : Optional.empty();
    }

    private Optional<RouteMatch> match(Optional<Fields> read) {
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = read.get();
        Optional<PathPattern> path = fields.text("path", PathPattern::parse);
        Optional<List<String>> methods = fields.texts("methods", Texts::method);
        Optional<String> host = fields.text("host", Texts::host);
        Optional<List<Allowance>> allow = fields.texts("allow", Texts::allowance);
        boolean readable = methods.isPresent() == fields.has("methods") && host.isPresent() == fields.has("host");
        return readable && path.isPresent()
                ? Optional.of(new RouteMatch(path.get(), Set.copyOf(methods.orElse(List.of())), host,
                        Set.copyOf(allow.orElse(List.of()))))
                : Optional.empty();
    }

    private Optional<MirrorSpec> mirror(Fields route, UpstreamSpec upstream) {
        return part(route, "mirror", RoutesSchema.MIRROR).flatMap(fields -> {
            int percent = fields.number("percent", 1, 100).orElse(100L).intValue();
            return fields.text("url", upstreams::address).map(url -> new InstanceSpec(url, 1)).map(mirror -> {
                upstreams.refuseOther(fields.at("url"), upstream, mirror);
                return new MirrorSpec(mirror.address(), percent);
            });
        });
    }

    private ConcurrencySpec concurrency(Fields route) {
        return part(route, "max-concurrent", RoutesSchema.MAX_CONCURRENT).map(fields -> {
            if (fields.keys().isEmpty()) {
                problems.add(fields.at(), "empty (expected: route, user or both)");
            }
            return new ConcurrencySpec(most(fields, "route"), most(fields, "user"));
        }).orElse(ConcurrencySpec.NONE);
    }

    private Optional<SocketSpec> websocket(Fields route) {
        return part(route, "websocket", RoutesSchema.WEBSOCKET).map(fields -> {
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

    /// Two issuers may each have an `alice`.
    private void warnOfEqualSubjects(String id, AcceptedIssuers accepted, boolean tellsWhose) {
        if (!tellsWhose && accepted.ids().size() > 1) {
            warnings.add("route " + id + ": takes tokens of " + accepted.ids().size()
                    + " issuers, but without an assertion nothing tells its backend whose user X-User-Id is");
        }
    }

    private void warnOfUserLimits(String id, Optional<Access> access, List<LimitSpec> limited) {
        if (limited.isEmpty()) {
            return;
        }
        boolean anonymous = access.isPresent() && !access.get().knowsCallers();
        limited.stream()
                .filter(limit -> anonymous && (limit.per() instanceof LimitKey.User || limit.per() instanceof LimitKey.Claim))
                .forEach(limit -> warnings.add(
                        "route " + id + ": limit " + limit.name() + " counts by address, since a public route knows no user"));
    }
}
