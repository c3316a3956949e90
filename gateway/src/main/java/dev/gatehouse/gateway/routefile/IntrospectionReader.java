package dev.gatehouse.gateway.routefile;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.ClientSecret;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;

/// Reads the key `introspection` of an issuer.
final class IntrospectionReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CACHE = Duration.ofSeconds(30);
    private static final Duration NEGATIVE_CACHE = Duration.ofSeconds(5);
    private static final List<String> OF_SIGNED_TOKENS = List.of("jwks", "algorithms", "typ", "max-stale", "insecure-http");

    private final Problems problems;

    IntrospectionReader(Problems problems) {
        this.problems = problems;
    }

    Optional<IssuerSpec.Introspection> introspection(Fields issuer) {
        for (String key : OF_SIGNED_TOKENS) {
            if (issuer.node(key).isPresent()) {
                problems.add(issuer.at(key),
                        "beside introspection (expected: keys for an issuer of signed tokens, or introspection)");
            }
        }
        return issuer.node("introspection").flatMap(node -> Fields.of(node, problems, RoutesSchema.INTROSPECTION))
                .flatMap(this::specification);
    }

    private Optional<IssuerSpec.Introspection> specification(Fields fields) {
        Optional<URI> url = fields.text("url", IssuerAddresses::endpoint);
        Optional<String> id = fields.text("client-id", Texts::nonEmpty);
        Optional<ClientSecret> secret = fields.node("client-secret").flatMap(this::secret);
        IssuerSpec.ClientAuthentication auth = fields.text("auth", IntrospectionReader::authentication)
                .orElse(IssuerSpec.ClientAuthentication.BASIC);
        Duration timeout = fields.text("timeout", Quantities::introspectionTimeout).orElse(TIMEOUT);
        Duration cache = fields.text("cache", Quantities::introspectionCache).orElse(CACHE);
        Duration negative = fields.text("negative-cache", Quantities::introspectionCache).orElse(NEGATIVE_CACHE);
        return url.isEmpty() || id.isEmpty() || secret.isEmpty()
                ? Optional.empty()
                : Optional.of(new IssuerSpec.Introspection(url.get(), id.get(), secret.get(), auth, timeout, cache,
                        negative));
    }

    /// Reads a secret; what is wrong with it is told without showing it.
    private Optional<ClientSecret> secret(YamlNode node) {
        if (node instanceof YamlNode.Text text && text.is(YamlNode.Kind.TEXT)) {
            try {
                return Optional.of(new ClientSecret(Texts.nonEmpty(text.value())));
            } catch (IllegalArgumentException empty) {
                // told below
            }
        }
        problems.add(node.at(), "not shown (expected: text that is not empty)");
        return Optional.empty();
    }

    private static IssuerSpec.ClientAuthentication authentication(String word) {
        return switch (word) {
            case "basic" -> IssuerSpec.ClientAuthentication.BASIC;
            case "post" -> IssuerSpec.ClientAuthentication.POST;
            default -> throw new IllegalArgumentException("basic or post");
        };
    }
}
