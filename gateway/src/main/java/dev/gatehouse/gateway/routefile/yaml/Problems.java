package dev.gatehouse.gateway.routefile.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/// Everything that is wrong with one file. Not thread-safe.
public final class Problems {

    /// One thing that is wrong.
    ///
    /// @param at where
    /// @param text what, and what was expected
    public record Problem(Position at, String text) {}

    private static final int LONGEST_VALUE = 100;
    // More than anybody reads at once; a hostile file may have millions.
    private static final int MOST = 1_000;
    private static final int MOST_NAMES = 20;

    private final List<Problem> found = new ArrayList<>();
    private final Set<Long> places = new HashSet<>();
    private long more;
    private @Nullable Position firstUntold;

    /// Creates an empty list.
    public Problems() {}

    /// Notes a problem in its own words.
    public void add(Position at, String text) {
        if (found.size() < MOST) {
            found.add(new Problem(at, text));
            places.add(place(at));
        } else if (more++ == 0) {
            firstUntold = at;
        }
    }

    /// Notes that a value is not what it should be, unless something is wrong with it already: one mistake is one problem. Variables of the
    /// environment are shown as they are written, never by their value.
    public void expected(YamlNode actual, String expectation) {
        if (!places.contains(place(actual.at()))) {
            add(actual.at(), shown(actual) + " (expected: " + expectation + ")");
        }
    }

    /// The known name that was probably meant; none any more when more is wrong than is told.
    public Optional<String> meant(String written, Collection<String> known) {
        return found.size() < MOST ? Spelling.nearest(written, known) : Optional.empty();
    }

    /// What is expected where a name of the file has to stand.
    ///
    /// @param what it names: `an issuer of this file`
    public String oneOf(String what, String written, Collection<String> known) {
        return meant(written, known).map(name -> what + "; did you mean " + name + "?")
                .orElseGet(() -> what + (known.isEmpty() ? ", which has none" : ": " + listed(known)));
    }

    /// The first of many names, and how many more there are.
    public static String listed(Collection<String> names) {
        String first = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.size() > MOST_NAMES ? first + " and " + (names.size() - MOST_NAMES) + " more" : first;
    }

    /// Whether nothing is wrong.
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /// The first thousand problems, by line and column, and how many more there are.
    public List<Problem> sorted() {
        List<Problem> told = new ArrayList<>(found);
        if (firstUntold != null) {
            told.add(new Problem(new Position(firstUntold.line(), firstUntold.column(), ""), more + " more problems"));
        }
        return told.stream()
                .sorted(Comparator.<Problem>comparingInt(problem -> problem.at().line())
                        .thenComparingInt(problem -> problem.at().column()))
                .toList();
    }

    private static long place(Position at) {
        return ((long) at.line() << 32) | at.column();
    }

    private static String shown(YamlNode node) {
        return switch (node) {
            case YamlNode.Text text when text.written().isEmpty() -> "empty";
            case YamlNode.Text text -> printable(text.written());
            case YamlNode.Sequence _ -> "a list";
            case YamlNode.Mapping _ -> "a map of keys";
        };
    }

    /// The text on one line, cut when long, with the password of an address covered.
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LONGEST_VALUE).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
        if (shown.length() < text.length()) {
            shown.append('…');
        }
        return shown.toString().replaceFirst("//[^/@]*@", "//***@");
    }
}
