package dev.gatehouse.auth.mail;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text with `{{name}}` for values, and `{{#name}}…{{/name}}` around what is left out where there is no such value. Checked when it
/// is made; thread-safe.
final class Template {

    private static final Pattern SECTION = Pattern.compile("(?s)\\{\\{#(\\w+)}}(.*?)\\{\\{/\\1}}");
    private static final Pattern VALUE = Pattern.compile("\\{\\{(\\w+)}}");

    private final String text;

    /// Refuses names nobody will fill.
    ///
    /// @param name of the file, for the refusal
    /// @param text with `{{…}}`
    /// @param known names
    Template(String name, String text, Set<String> known) {
        this.text = text;
        Matcher section = SECTION.matcher(text);
        while (section.find()) {
            require(name, section.group(1), known);
        }
        String rest = SECTION.matcher(text).replaceAll("$2");
        Matcher value = VALUE.matcher(rest);
        while (value.find()) {
            require(name, value.group(1), known);
        }
        if (VALUE.matcher(rest).replaceAll("").contains("{{")) {
            throw new IllegalArgumentException(name + ": has a {{ that is no value and no whole section");
        }
    }

    /// {@return the text with its values}
    ///
    /// @param values by name
    /// @param escape applied to each value
    String render(Map<String, String> values, UnaryOperator<String> escape) {
        String chosen = SECTION.matcher(text)
                .replaceAll(match -> values.getOrDefault(match.group(1), "").isEmpty()
                        ? ""
                        : Matcher.quoteReplacement(match.group(2)));
        // In one pass over the template: what a value holds is never read as a placeholder.
        return VALUE.matcher(chosen)
                .replaceAll(match -> Matcher.quoteReplacement(escape.apply(values.getOrDefault(match.group(1), ""))));
    }

    /// {@return text that means itself in HTML}
    static String html(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }

    private static void require(String file, String name, Set<String> known) {
        if (!known.contains(name)) {
            throw new IllegalArgumentException(
                    file + ": nothing is known as {{" + name + "}} (expected: " + known.stream().sorted()
                            .toList() + ")");
        }
    }
}
