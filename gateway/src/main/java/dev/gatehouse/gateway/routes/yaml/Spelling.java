package dev.gatehouse.gateway.routes.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Guesses which name was meant.
public final class Spelling {

    private Spelling() {}

    /// The known name with the fewest letters changed: at most three, and at most half of them. Case and the kind of dash do not count.
    public static Optional<String> nearest(String written, Collection<String> known) {
        String nearest = "";
        int fewest = Integer.MAX_VALUE;
        for (String name : known) {
            int changes = changes(plain(written), plain(name));
            if (changes < fewest) {
                nearest = name;
                fewest = changes;
            }
        }
        return fewest <= Math.max(1, Math.min(3, nearest.length() / 2)) ? Optional.of(nearest) : Optional.empty();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Levenshtein distance. Long texts are nobody's misspelling and cost nothing.
    private static int changes(String a, String b) {
        if (a.length() > 2 * b.length()) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
