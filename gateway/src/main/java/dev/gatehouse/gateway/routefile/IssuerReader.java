package dev.gatehouse.gateway.routefile;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;

/// Reads `issuers`.
final class IssuerReader {

    private static final Duration LEEWAY = Duration.ofSeconds(30);

    private final Problems problems;
    private final List<String> warnings;
    private final IssuerAddresses addresses;
    private final Map<String, Integer> lines = new HashMap<>();

    IssuerReader(Problems problems, List<String> warnings, Path folder) {
        this.problems = problems;
        this.warnings = warnings;
        this.addresses = new IssuerAddresses(folder);
    }

    List<IssuerSpec> issuers(Fields file) {
        List<IssuerSpec> issuers = new ArrayList<>();
        file.node("issuers").ifPresent(node -> {
            if (node instanceof YamlNode.Mapping map) {
                map.entries().forEach((id, entry) -> issuer(id, entry).ifPresent(issuers::add));
            } else {
                problems.expected(node, "a map of issuers");
            }
        });
        return issuers;
    }

    private Optional<IssuerSpec> issuer(String id, YamlNode.Entry entry) {
        if (!id.matches(RouteReader.ID)) {
            problems.add(entry.key(), "an id (expected: up to 64 letters, digits, '.', '_' or '-', a letter or digit first)");
        }
        return Fields.of(entry.value(), problems, RoutesSchema.ISSUER).flatMap(fields -> issuer(id, fields));
    }

    private Optional<IssuerSpec> issuer(String id, Fields fields) {
        Optional<String> issuer = fields.text("issuer", Texts::nonEmpty);
        boolean shares = fields.node("shared-key").isPresent();
        Optional<? extends IssuerSpec.Proof> proof = proof(id, fields, shares);
        Optional<List<String>> audiences = shares && fields.node("audiences").isEmpty()
                ? Optional.of(List.of())
                : fields.required("audiences", "a list; the claim aud must contain one of it").texts("audiences",
                        Texts::nonEmpty);
        Optional<List<String>> required = fields.texts("required-claims", Texts::nonEmpty);
        Optional<String> cookie = fields.text("cookie", Texts::cookie);
        Duration leeway = fields.text("leeway", Quantities::leeway).orElse(LEEWAY);
        issuer.ifPresent(name -> refuseTwice(name, fields));
        if (issuer.isEmpty() || proof.isEmpty() || audiences.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new IssuerSpec(id, issuer.get(), proof.get(), new HashSet<>(audiences.get()),
                new HashSet<>(required.orElse(List.of())), cookie, leeway));
    }

    private Optional<? extends IssuerSpec.Proof> proof(String id, Fields fields, boolean shares) {
        if (shares) {
            return new SharedSecretReader(problems).secret(fields);
        }
        return fields.node("introspection").isPresent()
                ? new IntrospectionReader(problems).introspection(fields)
                : signature(id,
                        fields.required("jwks", "where its public keys are, such as https://issuer/jwks.json; or introspection"));
    }

    private Optional<IssuerSpec.Signature> signature(String id, Fields fields) {
        boolean insecure = fields.flag("insecure-http").orElse(false);
        Optional<URI> jwks = fields.text("jwks", text -> addresses.jwks(text, insecure));
        Optional<List<String>> algorithms = fields.texts("algorithms", IssuerReader::algorithm);
        Optional<List<String>> types = fields.texts("typ", Texts::nonEmpty);
        Duration maxStale = fields.text("max-stale", Quantities::maxStale).orElse(IssuerSpec.MAX_STALE);
        jwks.filter(uri -> "http".equals(uri.getScheme()) && !IssuerAddresses.isLoopback(uri))
                .ifPresent(uri -> warnings.add("issuer " + id + ": its keys come without TLS from " + uri
                        + "; who controls that network can sign in as anybody"));
        return jwks.map(uri -> new IssuerSpec.Signature(uri, new HashSet<>(algorithms.orElse(List.of("ES256", "RS256"))),
                new HashSet<>(types.orElse(List.of("at+jwt"))), maxStale));
    }

    private void refuseTwice(String issuer, Fields fields) {
        Integer earlier = lines.putIfAbsent(issuer, fields.at("issuer").line());
        if (earlier != null) {
            problems.add(fields.at("issuer"), "the issuer of line " + earlier + " again (expected: each issuer once)");
        }
    }

    private static String algorithm(String name) {
        if (!RoutesSchema.ISSUER.words("algorithms").contains(name)) {
            throw new IllegalArgumentException(
                    "a public-key algorithm: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 or EdDSA");
        }
        return name;
    }
}
