package dev.gatehouse.gateway.routefile.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Guesses which name was meant. What it costs is bounded, whatever is written and known.
final class Spelling {

    private static final int MOST_CHANGES = 3;
    // Ids and keys end there; longer texts are nobody's misspelling.
    private static final int LONGEST = 64;
    // A hostile file names a million, and each of a thousand problems is compared with all.
    private static final int MOST_KNOWN = 256;

    private Spelling() {}

    /// The known name with the fewest letters changed: at most three, and at most half of them. Case and the kind of dash do not count.
    static Optional<String> nearest(String written, Collection<String> known) {
        if (written.length() > LONGEST + MOST_CHANGES || known.size() > MOST_KNOWN) {
            return Optional.empty();
        }
        String nearest = "";
        int fewest = Integer.MAX_VALUE;
        for (String name : known) {
            int changes = changes(plain(written), plain(name));
            if (changes < fewest) {
                nearest = name;
                fewest = changes;
            }
        }
        return fewest <= Math.max(1, Math.min(MOST_CHANGES, nearest.length() / 2)) ? Optional.of(nearest) : Optional.empty();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Levenshtein distance, as far as it may count.
    private static int changes(String a, String b) {
        if (Math.abs(a.length() - b.length()) > MOST_CHANGES || b.length() > LONGEST) {
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
