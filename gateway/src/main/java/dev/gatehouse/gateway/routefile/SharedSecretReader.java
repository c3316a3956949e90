package dev.gatehouse.gateway.routefile;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.ClientSecret;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;

/// Reads the key `shared-key` of an issuer; what is wrong with it is told without showing it.
final class SharedSecretReader {

    private static final List<String> OF_OTHERS = List.of("jwks", "algorithms", "max-stale", "insecure-http", "introspection");

    private final Problems problems;

    SharedSecretReader(Problems problems) {
        this.problems = problems;
    }

    Optional<IssuerSpec.SharedSecret> secret(Fields issuer) {
        for (String key : OF_OTHERS) {
            if (issuer.node(key).isPresent()) {
                problems.add(issuer.at(key), "beside shared-key (expected: an issuer of HS256 tokens has none)");
            }
        }
        HashSet<String> types = new HashSet<>(
                issuer.texts("typ", Texts::nonEmpty).orElse(List.of("JWT", IssuerSpec.NO_TYPE)));
        YamlNode node = issuer.node("shared-key").orElseThrow();
        if (node instanceof YamlNode.Text text && text.is(YamlNode.Kind.TEXT)) {
            try {
                return Optional.of(new IssuerSpec.SharedSecret(new ClientSecret(text.value()), types));
            } catch (IllegalArgumentException tooShort) {
                // told below
            }
        }
        problems.add(node.at(), "not shown (expected: at least 32 bytes)");
        return Optional.empty();
    }
}
