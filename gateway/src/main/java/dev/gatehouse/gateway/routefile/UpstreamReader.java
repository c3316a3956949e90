package dev.gatehouse.gateway.routefile;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Position;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;
import dev.gatehouse.gateway.upstream.Balance;
import dev.gatehouse.gateway.upstream.HealthCheck;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Link;
import dev.gatehouse.gateway.upstream.OwnAddresses;
import dev.gatehouse.gateway.upstream.UpstreamSpec;

/// Reads `upstreams` of the file and `upstream` of its routes. Used for one file.
final class UpstreamReader {

    // Each is looked at for each request.
    private static final int MOST_INSTANCES = 64;

    private final Problems problems;
    private final OwnAddresses own;
    private final LinkReader links;
    // All names that stand in the file, also those of upstreams that could not be read.
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, UpstreamSpec> upstreams = new HashMap<>();
    private final Map<String, UpstreamSpec> alone = new HashMap<>();

    UpstreamReader(Problems problems, OwnAddresses own, Path folder) {
        this.problems = problems;
        this.links = new LinkReader(problems, folder);
        this.own = own;
    }

    UpstreamReader upstreams(Fields file) {
        file.node("upstreams").ifPresent(node -> {
            if (node instanceof YamlNode.Mapping map) {
                map.entries().forEach(this::named);
            } else {
                problems.expected(node, "a map of upstreams");
            }
        });
        return this;
    }

    private void named(String name, YamlNode.Entry entry) {
        names.add(name);
        if (!name.matches(RouteReader.ID)) {
            problems.add(entry.key(), "a name (expected: up to 64 letters, digits, '.', '_' or '-', a letter or digit first)");
            return;
        }
        Fields.of(entry.value(), problems, RoutesSchema.NAMED_UPSTREAM).ifPresent(fields -> {
            Balance balance = fields.text("balance", Texts::balance).orElse(new Balance.LeastBusy());
            Optional<HealthCheck> health = health(fields);
            Link link = links.link(fields);
            fields.node("instances").flatMap(node -> instances(fields.items("instances"), node)).ifPresent(instances -> {
                links.refuseOthers(fields, link, instances);
                upstreams.put(name, new UpstreamSpec(name, instances, balance, health, link));
            });
        });
    }

    private Optional<HealthCheck> health(Fields upstream) {
        return upstream.node("health").flatMap(node -> Fields.of(node, problems, RoutesSchema.HEALTH)).flatMap(fields -> {
            Duration every = fields.text("every", Quantities::probe).orElse(Duration.ofSeconds(5));
            Duration timeout = fields.text("timeout", Quantities::probe).orElse(Duration.ofSeconds(2));
            long unhealthy = fields.number("unhealthy", 1, 100).orElse(3L);
            long healthy = fields.number("healthy", 1, 100).orElse(2L);
            return fields.text("path", Texts::probePath)
                    .map(path -> new HealthCheck(path, every, timeout, (int) unhealthy, (int) healthy));
        });
    }

    /// Where a route leads: an address, a list of them, or the name of one of the file's upstreams.
    Optional<UpstreamSpec> upstream(Fields route, String routeId) {
        YamlNode node = route.node("upstream").orElse(null);
        if (node == null) {
            return Optional.empty();
        }
        if (node instanceof YamlNode.Text text) {
            return text.is(YamlNode.Kind.TEXT) && names.contains(text.value())
                    ? Optional.ofNullable(upstreams.get(text.value()))
                    : single(route, text);
        }
        return instances(route.items("upstream"), node)
                .map(list -> new UpstreamSpec("route:" + routeId, list, new Balance.LeastBusy()));
    }

    private Optional<UpstreamSpec> single(Fields route, YamlNode.Text text) {
        Optional<String> meant = !text.is(YamlNode.Kind.TEXT) || text.value().contains(":")
                ? Optional.empty()
                : problems.meant(text.value(), names);
        if (meant.isPresent()) {
            problems.expected(text, "an upstream of this file; did you mean " + meant.get() + "?");
            return Optional.empty();
        }
        return route.text("upstream", this::alone);
    }

    /// Routes by the thousand lead to the same few addresses.
    private UpstreamSpec alone(String text) {
        UpstreamSpec known = alone.get(text);
        if (known == null) {
            known = UpstreamSpec.at(new InstanceSpec(place(text), 1));
            alone.put(text, known);
        }
        return known;
    }

    private Optional<List<InstanceSpec>> instances(List<YamlNode> items, YamlNode list) {
        List<InstanceSpec> instances = new ArrayList<>();
        Set<String> addresses = new HashSet<>();
        for (YamlNode item : items) {
            Fields.of(item, problems, RoutesSchema.UPSTREAM).ifPresent(fields -> {
                long weight = fields.number("weight", 1, 1000).orElse(1L);
                fields.text("url", this::place).map(url -> new InstanceSpec(url, (int) weight)).ifPresent(instance -> {
                    instances.add(instance);
                    if (!addresses.add(instance.address())) {
                        problems.add(fields.at("url"),
                                instance.address() + " (expected: each instance once; weight gives it more)");
                    }
                });
            });
        }
        if (list instanceof YamlNode.Sequence && items.isEmpty()) {
            problems.add(list.at(), "empty (expected: at least one upstream)");
        } else if (instances.size() > 1 && instances.stream().anyMatch(InstanceSpec::isService)) {
            problems.add(list.at(), "a service among others (expected: one service alone, which has all of the instances)");
            return Optional.empty();
        } else if (items.size() > MOST_INSTANCES) {
            problems.add(list.at(), items.size() + " instances (expected: at most " + MOST_INSTANCES + ")");
        }
        return instances.isEmpty() ? Optional.empty() : Optional.of(instances);
    }

    /// An address that may be an upstream's, or a service.
    private URI place(String text) {
        return text.startsWith("lb:") ? Texts.service(text) : address(text);
    }

    /// Refuses a mirror that cannot be spoken with like this upstream.
    void refuseOther(Position at, UpstreamSpec upstream, InstanceSpec mirror) {
        links.refuseOther(at, upstream.link(), mirror);
    }

    /// An address that may be an upstream's.
    URI address(String text) {
        return own.refuse(Texts.upstream(text));
    }
}
