package dev.gatehouse.gateway.routes.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Everything that is wrong with one file. Not thread-safe.
public final class Problems {

    /// One thing that is wrong.
    ///
    /// @param at where
    /// @param text what, and what was expected
    public record Problem(Position at, String text) {}

    private static final int LONGEST_VALUE = 100;

    private final List<Problem> found = new ArrayList<>();
    private final Set<Long> places = new HashSet<>();

    /// Creates an empty list.
    public Problems() {}

    /// Notes a problem in its own words.
    public void add(Position at, String text) {
        found.add(new Problem(at, text));
        places.add(place(at));
    }

    /// Notes that a value is not what it should be, unless something is wrong with it already: one mistake is one problem. Variables of the
    /// environment are shown as they are written, never by their value.
    public void expected(YamlNode actual, String expectation) {
        if (!places.contains(place(actual.at()))) {
            add(actual.at(), shown(actual) + " (expected: " + expectation + ")");
        }
    }

    /// Whether nothing is wrong.
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /// All problems, by line and column.
    public List<Problem> sorted() {
        return found.stream()
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
