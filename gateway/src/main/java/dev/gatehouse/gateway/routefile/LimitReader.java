package dev.gatehouse.gateway.routefile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;

/// Reads `arrivals` and `policies` of the file and `limits` of its routes. Used for one file.
final class LimitReader {

    private static final long MOST = 1_000_000_000L;
    // A caller is tried against each, and an operator has to see who gets which.
    private static final int MOST_RATES = 16;

    private final Problems problems;
    // All names that stand in the file, also those of policies that could not be read.
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, LimitSpec> policies = new LinkedHashMap<>();
    private final Map<String, LimitSpec> everywhere = new LinkedHashMap<>();

    LimitReader(Problems problems) {
        this.problems = problems;
    }

    LimitReader policies(Fields file) {
        file.node("policies").ifPresent(node -> {
            if (node instanceof YamlNode.Mapping map) {
                map.entries().forEach(this::policy);
            } else {
                problems.expected(node, "a map of policies");
            }
        });
        return this;
    }

    private void policy(String name, YamlNode.Entry entry) {
        names.add(name);
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            problems.add(entry.key(), "a name (expected: 1 to 64 letters, digits, '-' or '_')");
            return;
        }
        Fields.of(entry.value(), problems, RoutesSchema.POLICY).ifPresent(fields -> {
            String scope = fields.text("scope", LimitReader::scope).orElse("group");
            limit(fields, name, !scope.equals("route")).ifPresent(limit -> {
                policies.put(name, limit);
                if (scope.equals("global")) {
                    everywhere.put(name, limit);
                }
            });
        });
    }

    private static String scope(String text) {
        return switch (text) {
            case "route", "group", "global" -> text;
            default -> throw new IllegalArgumentException("route, group or global");
        };
    }

    /// What holds before a route is looked for.
    Optional<LimitSpec> arrivals(Fields file) {
        return file.node("arrivals").flatMap(node -> Fields.of(node, problems, RoutesSchema.ARRIVALS)).flatMap(fields -> {
            Optional<Long> requests = fields.number("requests", 1, MOST);
            Optional<Duration> every = fields.text("every", Quantities::window);
            return requests.isEmpty() || every.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new LimitSpec("arrivals", new LimitKey.Address(), requests.get(), every.get()));
        });
    }

    /// The limits of a route in its order, then those that hold for all routes.
    List<LimitSpec> limits(Fields route) {
        if (everywhere.isEmpty() && !route.has("limits")) {
            return List.of();
        }
        Map<String, LimitSpec> limits = new LinkedHashMap<>();
        for (YamlNode item : route.items("limits")) {
            if (item instanceof YamlNode.Text name) {
                named(name).ifPresent(limit -> add(limits, limit, item));
            } else {
                Fields.of(item, problems, RoutesSchema.LIMIT).ifPresent(fields -> fields.text("name", Texts::limitName)
                        .flatMap(name -> limit(fields, name, false))
                        .ifPresent(limit -> addOwn(limits, limit, fields)));
            }
        }
        everywhere.forEach(limits::putIfAbsent);
        return List.copyOf(limits.values());
    }

    private Optional<LimitSpec> named(YamlNode.Text name) {
        if (!name.is(YamlNode.Kind.TEXT)) {
            problems.expected(name, "text; put it in quotes");
            return Optional.empty();
        }
        if (!names.contains(name.value())) {
            problems.expected(name, problems.oneOf("a limit; or a policy of this file", name.value(), names));
        }
        return Optional.ofNullable(policies.get(name.value()));
    }

    private void addOwn(Map<String, LimitSpec> limits, LimitSpec limit, Fields fields) {
        if (everywhere.containsKey(limit.name())) {
            problems.add(fields.at("name"),
                    limit.name() + " (expected: another name; a policy of that name holds for every route)");
        } else {
            add(limits, limit, fields.node("name").orElseThrow());
        }
    }

    private void add(Map<String, LimitSpec> limits, LimitSpec limit, YamlNode at) {
        if (limits.putIfAbsent(limit.name(), limit) != null) {
            problems.add(at.at(), limit.name() + " (expected: another name; this route has a limit of that name)");
        }
    }

    private Optional<LimitSpec> limit(Fields fields, String name, boolean shared) {
        Optional<LimitKey> per = fields.text("per", Texts::limitKey);
        Optional<Long> requests = fields.number("requests", 1, MOST);
        Optional<Duration> every = fields.text("every", Quantities::window);
        if (per.isEmpty() || requests.isEmpty() || every.isEmpty()) {
            fields.items("rates").forEach(item -> rate(item, new LimitSpec(name, new LimitKey.Route(), 1, Duration.ofDays(1))));
            return Optional.empty();
        }
        LimitSpec ordinary = new LimitSpec(name, per.get(), requests.get(), every.get(), List.of(), shared);
        List<LimitSpec.Rate> rates = rates(fields, ordinary);
        return Optional.of(new LimitSpec(name, per.get(), requests.get(), every.get(), rates, shared));
    }

    private List<LimitSpec.Rate> rates(Fields fields, LimitSpec ordinary) {
        List<LimitSpec.Rate> rates = new ArrayList<>();
        List<YamlNode> items = fields.items("rates");
        items.forEach(item -> rate(item, ordinary).ifPresent(rates::add));
        if (items.size() > MOST_RATES) {
            problems.add(fields.at("rates"), items.size() + " rates (expected: at most " + MOST_RATES + ")");
        }
        return rates;
    }

    private Optional<LimitSpec.Rate> rate(YamlNode item, LimitSpec ordinary) {
        return Fields.of(item, problems, RoutesSchema.RATE).flatMap(fields -> {
            Optional<Condition> when = fields.node("when").flatMap(node -> new AccessReader(problems).condition(node));
            Optional<Long> requests = fields.number("requests", 1, MOST);
            Duration every = fields.text("every", Quantities::window).orElse(ordinary.every());
            return when.isEmpty() || requests.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new LimitSpec.Rate(when.get(), new LimitSpec(ordinary.name(), ordinary.per(),
                            requests.get(), every, List.of(), ordinary.shared())));
        });
    }
}
