package dev.gatehouse.gateway.explain;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.gateway.authentication.Caller;

/// Makes the caller that somebody asks about without having a token.
public final class SyntheticCaller {

    private static final String ISSUER = "as-given";
    private static final Pattern PAIR = Pattern.compile("([^\\s=\"]+)=(?:\"([^\"]*)\"|([^\\s\"]*))(?:\\s+|$)");

    private SyntheticCaller() {}

    /// Reads `sub=alice roles=admin,ops scopes=orders:read plan="pro plus" banned=true`: `sub`, `roles` and `scopes`, every other name is a claim. `true`,
    /// `false` and whole numbers are what JSON takes them for, unless they are quoted.
    ///
    /// @throws IllegalArgumentException saying what was expected
    public static Caller.Authenticated parse(String text) {
        String subject = "somebody";
        List<String> roles = List.of();
        List<String> scopes = List.of();
        Map<String, Object> claims = new LinkedHashMap<>();
        String rest = text.strip();
        for (Matcher pair = PAIR.matcher(rest); !rest.isEmpty(); pair = PAIR.matcher(rest)) {
            if (!pair.lookingAt()) {
                throw new IllegalArgumentException(rest + " (expected: name=value pairs, such as: roles=admin sub=alice)");
            }
            String quoted = pair.group(2);
            String value = quoted == null ? pair.group(3) : quoted;
            switch (pair.group(1)) {
                case "sub" -> subject = value;
                case "roles" -> roles = list(value);
                case "scopes", "scope" -> scopes = list(value);
                default -> claims.put(pair.group(1), quoted == null ? scalar(value) : value);
            }
            rest = rest.substring(pair.end());
        }
        return of(subject, roles, scopes, claims);
    }

    /// A caller with these claims besides its own.
    ///
    /// @throws IllegalArgumentException if the subject is empty
    public static Caller.Authenticated of(String subject, List<String> roles, List<String> scopes, Map<String, Object> claims) {
        Map<String, Object> all = new LinkedHashMap<>(claims);
        all.put("sub", subject);
        all.put("roles", roles);
        all.put("scope", String.join(" ", scopes));
        return new Caller.Authenticated(ISSUER, subject, roles, scopes, Instant.MAX, Collections.unmodifiableMap(all));
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.split("[,\\s]+", -1)).filter(name -> !name.isEmpty()).toList();
    }

    private static Object scalar(String value) {
        if (value.equals("true") || value.equals("false")) {
            return Boolean.valueOf(value);
        }
        return value.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(value) : value;
    }
}
