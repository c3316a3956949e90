package dev.gatehouse.gateway.routes;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.routes.yaml.Fields;
import dev.gatehouse.gateway.routes.yaml.Problems;
import dev.gatehouse.gateway.routes.yaml.YamlNode;

/// Reads `issuers`.
final class IssuerReader {

    private static final Set<String> ALGORITHMS = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
            "ES512", "EdDSA");
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    private final Problems problems;
    private final List<String> warnings;
    private final Path folder;
    private final Map<String, Integer> lines = new HashMap<>();

    IssuerReader(Problems problems, List<String> warnings, Path folder) {
        this.problems = problems;
        this.warnings = warnings;
        this.folder = folder;
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
        return Fields.of(entry.value(), problems, "issuer", "jwks", "audiences", "algorithms", "typ", "leeway", "insecure-http")
                .flatMap(fields -> issuer(id, fields.required("issuer", "the claim iss of its tokens")
                        .required("jwks", "where its public keys are, such as https://issuer/jwks.json")
                        .required("audiences", "a list; the claim aud must contain one of it")));
    }

    private Optional<IssuerSpec> issuer(String id, Fields fields) {
        boolean insecure = fields.flag("insecure-http").orElse(false);
        Optional<String> issuer = fields.text("issuer", Texts::nonEmpty);
        Optional<URI> jwks = fields.text("jwks", text -> jwks(text, insecure));
        Optional<List<String>> audiences = fields.texts("audiences", Texts::nonEmpty);
        Optional<List<String>> algorithms = fields.texts("algorithms", IssuerReader::algorithm);
        Optional<List<String>> types = fields.texts("typ", Texts::nonEmpty);
        Duration leeway = fields.text("leeway", Quantities::leeway).orElse(LEEWAY);
        issuer.ifPresent(name -> refuseTwice(name, fields));
        if (issuer.isEmpty() || jwks.isEmpty() || audiences.isEmpty()) {
            return Optional.empty();
        }
        if ("http".equals(jwks.get().getScheme()) && !isLoopback(jwks.get())) {
            warnings.add("issuer " + id + ": its keys come without TLS from " + jwks.get()
                    + "; who controls that network can sign in as anybody");
        }
        return Optional.of(new IssuerSpec(id, issuer.get(), jwks.get(), new HashSet<>(audiences.get()),
                new HashSet<>(algorithms.orElse(List.of("ES256", "RS256"))), new HashSet<>(types.orElse(List.of("at+jwt"))),
                leeway));
    }

    private void refuseTwice(String issuer, Fields fields) {
        Integer earlier = lines.putIfAbsent(issuer, fields.at("issuer").line());
        if (earlier != null) {
            problems.add(fields.at("issuer"), "the issuer of line " + earlier + " again (expected: each issuer once)");
        }
    }

    private static String algorithm(String name) {
        if (!ALGORITHMS.contains(name)) {
            throw new IllegalArgumentException(
                    "a public-key algorithm: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 or EdDSA");
        }
        return name;
    }

    private URI jwks(String text, boolean insecure) {
        if (text.startsWith("file:")) {
            return file(text.substring("file:".length()));
        }
        URI uri = uri(text);
        boolean secure = "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && (insecure || isLoopback(uri)));
        if (!secure || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "https://…, http://… to a loopback address, or file:…; insecure-http: true allows http to other hosts");
        }
        return uri;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("an address");
        }
    }

    private URI file(String name) {
        try {
            // file:///path, file:/path and file:path
            Path path = folder.resolve(name.startsWith("///") ? name.substring(2) : name).toAbsolutePath().normalize();
            if (name.isEmpty() || !Files.isRegularFile(path)) {
                throw new IllegalArgumentException("a file that exists; relative names begin at the folder of routes.yml");
            }
            return path.toUri();
        } catch (InvalidPathException _) {
            throw new IllegalArgumentException("the name of a file");
        }
    }

    private static boolean isLoopback(URI uri) {
        String host = uri.getHost() == null ? "" : uri.getHost();
        return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
    }
}
