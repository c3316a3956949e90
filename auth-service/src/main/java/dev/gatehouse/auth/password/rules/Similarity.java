package dev.gatehouse.auth.password.rules;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Whether a password is little more than a name of its owner. Case, width and accents' encoding do not matter. Thread-safe.
final class Similarity {

    // Of the characters of both, the part that comes in the same order in both; Django draws the line at the same place.
    private static final double GREATEST = 0.7;
    private static final int LEAST_OF_ITS_OWN = 8;
    // A name this long within a password must leave as many other characters as somebody would have to guess.
    private static final int SHORTEST_NAME_WITHIN = 5;
    private static final int LEAST_AROUND_NAME = 6;

    private Similarity() {}

    static boolean isTooGreat(String password, List<String> names) {
        String folded = fold(password);
        return parts(names).anyMatch(name -> isLittleMore(folded, name));
    }

    /// The names, and of an address the part before the `@` and the first label after it.
    static Stream<String> parts(List<String> names) {
        return names.stream().flatMap(name -> {
            int at = name.lastIndexOf('@');
            return at < 0
                    ? Stream.of(name)
                    : Stream.of(name, name.substring(0, at), name.substring(at + 1).replaceFirst("\\..*", ""));
        }).map(Similarity::fold).filter(name -> !name.isEmpty());
    }

    private static boolean isLittleMore(String password, String name) {
        String reversed = new StringBuilder(name).reverse().toString();
        return resembles(password, name) || resembles(password, reversed) || isWithin(password, name)
                || isWithin(password, reversed);
    }

    private static boolean isWithin(String password, String name) {
        return name.length() >= SHORTEST_NAME_WITHIN && password.contains(name)
                && password.replace(name, "").length() < LEAST_AROUND_NAME;
    }

    private static boolean resembles(String password, String name) {
        int common = longestCommonSubsequence(password, name);
        return 2.0 * common / (password.length() + name.length()) >= GREATEST && password.length() - common < LEAST_OF_ITS_OWN;
    }

    private static int longestCommonSubsequence(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            for (int j = 1; j <= other.length(); j++) {
                now[j] = one.charAt(i - 1) == other.charAt(j - 1) ? before[j - 1] + 1 : Math.max(before[j], now[j - 1]);
            }
            before = now;
        }
        return before[other.length()];
    }

    private static String fold(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }
}
