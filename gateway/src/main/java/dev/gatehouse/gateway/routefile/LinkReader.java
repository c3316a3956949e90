package dev.gatehouse.gateway.routefile;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Position;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.tls.ClientTls;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Link;

/// Reads how an upstream is spoken with, and looks whether the files of its TLS can be used. Used for one file.
final class LinkReader {

    private final Problems problems;
    private final Path folder;

    LinkReader(Problems problems, Path folder) {
        this.problems = problems;
        this.folder = folder;
    }

    Link link(Fields upstream) {
        Link.Protocol protocol = upstream.text("protocol", Texts::protocol).orElse(Link.Protocol.HTTP1);
        Link plain = new Link(protocol, Optional.empty(), Optional.empty(), Optional.empty());
        return upstream.node("tls").flatMap(node -> Fields.of(node, problems, RoutesSchema.UPSTREAM_TLS)).map(fields -> {
            Optional<Path> ca = fields.text("ca", this::file);
            Optional<Path> certificate = fields.text("certificate", this::file);
            Optional<Path> key = fields.text("key", this::file);
            if (fields.has("certificate") != fields.has("key")) {
                problems.add(fields.at(), "one of certificate and key only (expected: both, or neither)");
                return plain;
            }
            if (Stream.of(ca, certificate, key).filter(Optional::isPresent).count() < fields.keys().size()) {
                return plain;
            }
            ClientTls.problem(ca, certificate, key).ifPresent(problem -> problems.add(fields.at(), problem));
            return new Link(protocol, ca, certificate, key);
        }).orElse(plain);
    }

    private Path file(String text) {
        try {
            return folder.resolve(Texts.nonEmpty(text));
        } catch (InvalidPathException _) {
            throw new IllegalArgumentException("the name of a file");
        }
    }

    /// TLS is a matter of the addresses; what is said of it here must go together with them.
    void refuseOthers(Fields upstream, Link link, List<InstanceSpec> instances) {
        for (InstanceSpec instance : instances) {
            if (!instance.isService()) { // of a service it is known later, and of each instance, whether it is https
                refuseOther(upstream.at("instances"), link, instance);
            }
        }
    }

    /// The same of a mirror, which is spoken with like the route's upstream.
    void refuseOther(Position at, Link link, InstanceSpec instance) {
        boolean https = "https".equals(instance.origin().getScheme());
        if ((link.protocol() == Link.Protocol.H2 || link.hasFiles()) && !https) {
            problems.add(at, instance.address() + " (expected: https, which h2 and tls are about)");
        } else if (link.protocol() == Link.Protocol.H2C && https) {
            problems.add(at, instance.address() + " (expected: http, which h2c is about; h2 is for https)");
        }
    }
}
