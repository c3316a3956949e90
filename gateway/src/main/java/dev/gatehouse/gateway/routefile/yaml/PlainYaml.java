package dev.gatehouse.gateway.routefile.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/// Reads the form in which nearly everybody writes the file, ten times as fast as a complete parser: maps and lists by indentation, maps and lists in
/// brackets on one line, texts on one line. Whatever else there is, and whatever could be a mistake, is left to [YamlComposer]: this one either gives the very
/// tree that the composer gives, positions included, or nothing. The tests hold the two against each other. Used once.
final class PlainYaml {

    private static final int MAX_DEPTH = 24; // below the composer's, which says what is wrong with more
    private static final int MAX_VALUES = 900_000; // the same

    private final String text;
    private final Environment environment;
    private int pos;
    private int line;
    private int lineStart;
    private int indent; // of the line; -1 at the end of the text
    private int values;

    private PlainYaml(String text, Environment environment) {
        this.text = text;
        this.environment = environment;
    }

    /// The file's top map; empty when the file is not of this form, or something about it has to be told.
    static Optional<YamlNode.Mapping> read(String text, Function<String, @Nullable String> variables) {
        Problems problems = new Problems();
        try {
            requirePlainCharacters(text);
            PlainYaml yaml = new PlainYaml(text, new Environment(variables, problems));
            yaml.nextLine();
            YamlNode.Mapping top = yaml.map(yaml.indent, null, "", 0);
            return yaml.indent < 0 && problems.isEmpty() ? Optional.of(top) : Optional.empty();
        } catch (NotPlain _) {
            return Optional.empty();
        }
    }

    /// One unit of UTF-16 each, none of them a line's end in any YAML but `\n`.
    private static void requirePlainCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            require(c == '\n' || (c >= ' ' && c <= '~') || (c >= '\u00A0' && c < '\u2000') || (c >= '\u2030' && c < '\uD800'));
        }
    }

    /// Keys that stand below each other from this column on. Afterwards the reader stands at the next line.
    private YamlNode.Mapping map(int column, @Nullable Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        do {
            Position key = here(at, "");
            String name = key();
            Position named = new Position(key.line(), key.column(), at, name);
            require(entries.put(name, new YamlNode.Entry(named, below(column, at, name, depth + 1))) == null);
        } while (indent == column);
        require(indent < column);
        return new YamlNode.Mapping(at, Collections.unmodifiableMap(entries));
    }

    /// What follows a key: on its line or below it.
    private YamlNode below(int column, Position parent, String step, int depth) {
        skipSpaces();
        if (!atEndOfLine()) {
            return inline(column, parent, step, depth);
        }
        nextLine();
        boolean list = isDash();
        require(indent > column || (indent == column && list));
        return list ? list(indent, parent, step, depth) : map(indent, parent, step, depth);
    }

    private YamlNode list(int column, Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        List<YamlNode> items = new ArrayList<>();
        while (indent == column && isDash()) {
            pos++;
            skipSpaces();
            require(!atEndOfLine());
            String place = "[" + items.size() + "]";
            items.add(isKey()
                    ? map(pos - lineStart, at, place, depth + 1)
                    : inline(column, at, place, depth + 1));
        }
        require(indent <= column);
        return new YamlNode.Sequence(at, items);
    }

    /// A value on the rest of the line. A line further in than its surroundings would belong to it.
    private YamlNode inline(int column, Position parent, String step, int depth) {
        YamlNode node = isFlow() ? flow(parent, step, depth) : text(parent, step, depth, false);
        require(atEndOfLine() || current() == ' ');
        skipSpaces();
        require(atEndOfLine());
        nextLine();
        require(indent <= column);
        return node;
    }

    private boolean isFlow() {
        char c = current();
        return c == '{' || c == '[' || c == '"' || c == '\'';
    }

    private YamlNode flow(Position parent, String step, int depth) {
        return switch (current()) {
            case '{' -> flowMap(parent, step, depth);
            case '[' -> flowList(parent, step, depth);
            case '"', '\'' -> quoted(parent, step, depth);
            default -> text(parent, step, depth, true);
        };
    }

    private YamlNode flowMap(Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (another('}', entries.isEmpty())) {
            Position key = here(at, "");
            String name = key();
            skipSpaces();
            Position named = new Position(key.line(), key.column(), at, name);
            require(entries.put(name, new YamlNode.Entry(named, flow(at, name, depth + 1))) == null);
        }
        return new YamlNode.Mapping(at, Collections.unmodifiableMap(entries));
    }

    private YamlNode flowList(Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        List<YamlNode> items = new ArrayList<>();
        while (another(']', items.isEmpty())) {
            items.add(flow(at, "[" + items.size() + "]", depth + 1));
        }
        return new YamlNode.Sequence(at, items);
    }

    /// Goes to the next item, or over the bracket at the end.
    private boolean another(char end, boolean first) {
        if (first) {
            pos++;
        }
        skipSpaces();
        if (current() == end) {
            pos++;
            return false;
        }
        if (!first) {
            require(current() == ',');
            pos++;
            skipSpaces();
        }
        require(current() != end && current() != ',');
        return true;
    }

    private YamlNode quoted(Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        char quote = current();
        int start = ++pos;
        while (current() != quote) {
            require(current() != '\n' && current() != '\\');
            pos++;
        }
        String written = text.substring(start, pos++);
        require(current() != quote);
        return new YamlNode.Text(at, written, environment.resolve(written, at), true);
    }

    /// A text without quotes: to the end of the line or a comment, in brackets to what ends it there.
    private YamlNode text(Position parent, String step, int depth, boolean flow) {
        Position at = begin(parent, step, depth);
        require(isLetterOrDigit(current()) || current() == '/' || current() == '_' || (current() == '$' && !flow));
        int start = pos;
        int end = pos;
        for (char c = current(); c != '\n' && !(flow && (c == ',' || c == ']' || c == '}')); c = current()) {
            require(!(flow && (c == '[' || c == '{' || c == '?')));
            if (c == '#') {
                require(!flow && text.charAt(pos - 1) == ' ');
                break;
            }
            pos++;
            require(c != ':' || !(current() == ' ' || current() == '\n' || (flow && ",[]{}".indexOf(current()) >= 0)));
            end = c == ' ' ? end : pos;
        }
        String written = text.substring(start, end);
        return new YamlNode.Text(at, written, environment.resolve(written, at), false);
    }

    private String key() {
        require(isKey());
        int start = pos;
        pos = text.indexOf(':', pos);
        return text.substring(start, pos++);
    }

    private boolean isKey() {
        int i = pos;
        while (i < text.length()
                && (isLetterOrDigit(text.charAt(i)) || (i > pos && (text.charAt(i) == '-' || text.charAt(i) == '_')))) {
            i++;
        }
        return i > pos && i - pos <= 100 && i < text.length() && text.charAt(i) == ':'
                && (i + 1 == text.length() || text.charAt(i + 1) == ' ' || text.charAt(i + 1) == '\n');
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private boolean isDash() {
        return current() == '-' && pos + 1 < text.length() && text.charAt(pos + 1) == ' ';
    }

    private Position begin(@Nullable Position parent, String step, int depth) {
        require(depth <= MAX_DEPTH && ++values <= MAX_VALUES);
        return here(parent, step);
    }

    private Position here(@Nullable Position parent, String step) {
        return new Position(line, pos - lineStart + 1, parent, step);
    }

    private char current() {
        return pos < text.length() ? text.charAt(pos) : '\n';
    }

    private void skipSpaces() {
        while (current() == ' ') {
            pos++;
        }
    }

    /// Also where a comment stands, which needs a space before it.
    private boolean atEndOfLine() {
        return current() == '\n' || (current() == '#' && text.charAt(pos - 1) == ' ');
    }

    /// Goes to where the next line that says something begins.
    private void nextLine() {
        do {
            int end = line == 0 ? -1 : text.indexOf('\n', pos);
            if (line > 0 && end < 0) {
                pos = text.length();
                indent = -1;
                return;
            }
            line++;
            lineStart = end + 1;
            pos = lineStart;
            skipSpaces();
            indent = pos - lineStart;
        } while (current() == '#' || current() == '\n');
    }

    private static void require(boolean plain) {
        if (!plain) {
            throw new NotPlain();
        }
    }

    /// Ends the reading.
    private static final class NotPlain extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private NotPlain() {
            super(null, null, false, false);
        }
    }
}
