package dev.gatehouse.gateway.authentication;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Names of cookies, met in any spelling that some server takes for the same: PHP reads `.`, space and `[` as `_`, others do not look at
/// the case, old ones (RFC 2965) begin another cookie after a comma. Immutable.
public record CookieNames(List<String> folded) {

    /// No names.
    public static final CookieNames NONE = new CookieNames(List.of());

    /// Copies the list.
    public CookieNames {
        folded = List.copyOf(folded);
    }

    /// These names in every spelling.
    public static CookieNames of(Collection<String> names) {
        return new CookieNames(names.stream().map(CookieNames::fold).sorted().distinct().toList());
    }

    private static String fold(String name) {
        char[] characters = name.toLowerCase(Locale.ROOT).toCharArray();
        for (int i = 0; i < characters.length; i++) {
            characters[i] = folded(characters[i]);
        }
        return new String(characters);
    }

    private static char folded(char character) {
        return switch (character) {
            case '.', ' ', '[' -> '_';
            default -> character >= 'A' && character <= 'Z' ? (char) (character + ('a' - 'A')) : character;
        };
    }

    /// Whether there is no name at all.
    public boolean isEmpty() {
        return folded.isEmpty();
    }

    /// The pairs of a `Cookie` field that are left without those of these names, byte by byte as they came; the very same text when all are.
    public String without(String field) {
        StringBuilder rest = null;
        for (int from = 0; from <= field.length();) {
            int to = end(field, from);
            if (mentions(field, from, to)) {
                rest = rest == null ? new StringBuilder(field.length()).append(field, 0, Math.max(0, from - 1)) : rest;
            } else if (rest != null) {
                append(rest, field, from, to);
            }
            from = to + 1;
        }
        return rest == null ? field : rest.toString();
    }

    /// Whether a browser that gets this `Set-Cookie` field would say a cookie of these names from then on, or some older one would. Browsers also
    /// read a cookie's name out of the value of one that has none (`=name=value`).
    public boolean areSetBy(String field) {
        if (isEmpty()) {
            return false;
        }
        int from = 0;
        while (from < field.length() && (field.charAt(from) == '=' || isSpace(field.charAt(from)))) {
            from++;
        }
        while (from <= field.length()) {
            int to = end(field, from);
            if (mentions(field, from, to)) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    private static void append(StringBuilder rest, String field, int from, int to) {
        if (!rest.isEmpty()) {
            rest.append(';').append(field, from, to);
        } else if (!field.substring(from, to).isBlank()) {
            rest.append(field.substring(from, to).stripLeading());
        }
    }

    /// Where the pair ends that begins there (RFC 6265 §5.4: nothing but `;` ends one).
    static int end(String field, int from) {
        int semicolon = field.indexOf(';', from);
        return semicolon < 0 ? field.length() : semicolon;
    }

    /// Whether one of the names stands in this pair where some server looks for one.
    boolean mentions(String field, int from, int to) {
        for (int begin = from; begin < to;) {
            int comma = field.indexOf(',', begin, to); // not beyond: a field of ten thousand pairs must not be read ten thousand times
            int end = comma < 0 ? to : comma;
            if (isName(field, begin, end)) {
                return true;
            }
            begin = end + 1;
        }
        return false;
    }

    private boolean isName(String field, int from, int to) {
        int equals = field.indexOf('=', from, to);
        int end = equals < 0 ? to : equals;
        int begin = from;
        while (begin < end && isSpace(field.charAt(begin))) {
            begin++;
        }
        while (end > begin && isSpace(field.charAt(end - 1))) {
            end--;
        }
        for (int i = 0; i < folded.size(); i++) {
            if (matches(folded.get(i), field, begin, end)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\t' || character == '"';
    }

    private static boolean matches(String name, String field, int from, int to) {
        if (to - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (folded(field.charAt(from + i)) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// As short as a log needs it.
    @Override
    public String toString() {
        return Arrays.toString(folded.toArray());
    }
}
