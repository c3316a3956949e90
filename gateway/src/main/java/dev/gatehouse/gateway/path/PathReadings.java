package dev.gatehouse.gateway.path;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A path that parsers read differently, with all its readings, for routes whose API needs such paths: encoded slashes are one segment's text for some and
/// separators for others, matrix parameters (`;v=1`) belong to the path for some and are cut off by others, from each segment or to the end, before
/// or after slashes are decoded. Whoever lets it pass must have come to the same decision for every reading. Immutable.
///
/// @param target the target as it is forwarded: the very bytes that came
/// @param paths every reading, in the form that is matched; none has an empty or dot segment
/// @param needed what a route must allow
public record PathReadings(PathVerdict.Clean target, List<String> paths, Set<Allowance> needed) {

    /// Copies.
    public PathReadings {
        paths = List.copyOf(paths);
        needed = Set.copyOf(needed);
    }

    /// The readings of a target in origin form; empty when there is only one, or when any of them is refused for another reason.
    public static Optional<PathReadings> of(String rawTarget) {
        int question = rawTarget.indexOf('?');
        String path = question < 0 ? rawTarget : rawTarget.substring(0, question);
        Set<Allowance> needed = EnumSet.noneOf(Allowance.class);
        if (path.contains("%2f") || path.contains("%2F")) {
            needed.add(Allowance.ENCODED_SLASH);
        }
        if (path.indexOf(';') >= 0) {
            needed.add(Allowance.MATRIX_PARAMETERS);
        }
        // With the two harmless in their places everything else that is refused must still be refused.
        String harmless = path.replace("%2f", "~").replace("%2F", "~").replace(';', '~');
        if (needed.isEmpty()
                || !(PathPolicy.check(harmless + rawTarget.substring(path.length())) instanceof PathVerdict.Clean sound)) {
            return Optional.empty();
        }
        Set<String> paths = new LinkedHashSet<>();
        for (String reading : readings(path)) {
            if (!isSound(reading)) {
                return Optional.empty();
            }
            paths.add(PercentEncoding.normal(reading));
        }
        return Optional.of(
                new PathReadings(new PathVerdict.Clean(PercentEncoding.normal(path), path, sound.query(), sound.strictQuery()),
                        new ArrayList<>(paths), needed));
    }

    private static List<String> readings(String path) {
        String decoded = decoded(path);
        String stripped = stripped(path);
        String cut = cut(path);
        return List.of(path, decoded, stripped, cut, stripped(decoded), decoded(stripped), cut(decoded), decoded(cut));
    }

    /// Whether no segment of it is empty or a dot segment; every reading begins with the slash that the path begins with.
    private static boolean isSound(String reading) {
        for (int slash = 0; slash >= 0; slash = reading.indexOf('/', slash + 1)) {
            if (Characters.emptyOrDotSegment(reading, slash + 1)) {
                return false;
            }
        }
        return true;
    }

    private static String decoded(String path) {
        return path.replace("%2f", "/").replace("%2F", "/");
    }

    /// Without the parameters of each segment (RFC 3986 §3.3).
    private static String stripped(String path) {
        StringBuilder rest = new StringBuilder(path.length());
        boolean parameter = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            parameter = c == ';' || (parameter && c != '/');
            if (!parameter) {
                rest.append(c);
            }
        }
        return rest.toString();
    }

    /// Up to the first parameter.
    private static String cut(String path) {
        int semicolon = path.indexOf(';');
        return semicolon < 0 ? path : path.substring(0, semicolon);
    }
}
