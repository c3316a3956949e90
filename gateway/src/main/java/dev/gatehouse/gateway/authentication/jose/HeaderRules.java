package dev.gatehouse.gateway.authentication.jose;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.IssuerSpec;

/// What one issuer's JOSE headers must say (RFC 7515 §4.1, RFC 8725 §3), whatever proves its tokens. Thread-safe.
final class HeaderRules {

    /// Header members through which a token would bring or point to its own key, or demand or hide processing that is not done here.
    private static final List<String> FORBIDDEN_HEADERS = List.of("crit", "jku", "x5u", "x5c", "jwk", "enc", "zip", "epk", "p2c",
            "p2s");

    private final Set<String> algorithms;
    private final Set<String> types;
    private final boolean typeMayBeAbsent;

    HeaderRules(Set<String> algorithms, Set<String> types) {
        this.algorithms = Set.copyOf(algorithms);
        List<String> folded = new ArrayList<>();
        for (String type : types) {
            folded.add(mediaType(type));
        }
        this.typeMayBeAbsent = folded.remove(IssuerSpec.NO_TYPE);
        this.types = Set.copyOf(folded);
    }

    /// {@return `alg`}
    String check(Map<String, @Nullable Object> header) throws Refusal {
        for (String name : FORBIDDEN_HEADERS) {
            if (header.containsKey(name)) {
                throw new Refusal("header " + name + ": not accepted");
            }
        }
        if (header.containsKey("b64") && !Boolean.TRUE.equals(header.get("b64"))) {
            throw new Refusal("header b64: not accepted"); // RFC 7797 §7: never in a JWT
        }
        if (header.get("cty") instanceof String content && mediaType(content).equals("jwt")) {
            throw new Refusal("header cty: nested token");
        }
        if (!isTypeGood(header)) {
            throw new Refusal("header typ: not the issuer's");
        }
        if (!(header.get("alg") instanceof String algorithm) || !algorithms.contains(algorithm)) {
            throw new Refusal("header alg: not the issuer's");
        }
        return algorithm;
    }

    private boolean isTypeGood(Map<String, @Nullable Object> header) {
        return header.containsKey("typ")
                ? header.get("typ") instanceof String type && types.contains(mediaType(type))
                : typeMayBeAbsent;
    }

    /// Lower case without `application/`, which may be left out where no other slash is (RFC 7515 §4.1.9).
    private static String mediaType(String type) {
        String folded = type.toLowerCase(Locale.ROOT);
        String rest = folded.startsWith("application/") ? folded.substring("application/".length()) : folded;
        return rest.indexOf('/') >= 0 ? folded : rest;
    }
}
