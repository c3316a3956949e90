package dev.gatehouse.gateway.routefile.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import static dev.gatehouse.gateway.routefile.yaml.PlainText.require;

/// Reads the form in which nearly everybody writes the file, ten times as fast as a complete parser: maps and lists by indentation, maps and lists in
/// brackets on one line, texts on one line. Whatever else there is, and whatever could be a mistake, is left to [YamlComposer]: this one either gives the very
/// tree that the composer gives, positions included, or nothing. The tests hold the two against each other. Used once.
final class PlainYaml {

    private static final int MAX_DEPTH = 24; // below the composer's, which says what is wrong with more
    private static final int MAX_VALUES = 900_000; // the same

    private final PlainText text;
    private final Environment environment;
    private int values;

    private PlainYaml(PlainText text, Environment environment) {
        this.text = text;
        this.environment = environment;
    }

    /// The file's top map; empty when the file is not of this form, or something about it has to be told.
    static Optional<YamlNode.Mapping> read(String text, Function<String, @Nullable String> variables) {
        Problems problems = new Problems();
        try {
            PlainText plain = PlainText.of(text);
            YamlNode.Mapping top = new PlainYaml(plain, new Environment(variables, problems)).map(plain.indent(), null, "", 0);
            return plain.indent() < 0 && problems.isEmpty() ? Optional.of(top) : Optional.empty();
        } catch (PlainText.NotPlain _) {
            return Optional.empty();
        }
    }

    /// Keys that stand below each other from this column on. Afterwards the reader stands at the next line.
    private YamlNode.Mapping map(int column, @Nullable Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        do {
            Position key = text.here(at, "");
            String name = text.key();
            Position named = new Position(key.line(), key.column(), at, name);
            require(entries.put(name, new YamlNode.Entry(named, below(column, at, name, depth + 1))) == null);
        } while (text.indent() == column);
        require(text.indent() < column);
        return new YamlNode.Mapping(at, Collections.unmodifiableMap(entries));
    }

    /// What follows a key: on its line or below it.
    private YamlNode below(int column, Position parent, String step, int depth) {
        text.skipSpaces();
        if (!text.atEndOfLine()) {
            return inline(column, parent, step, depth);
        }
        text.nextLine();
        boolean list = text.isDash();
        require(text.indent() > column || (text.indent() == column && list));
        return list ? list(text.indent(), parent, step, depth) : map(text.indent(), parent, step, depth);
    }

    private YamlNode list(int column, Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        List<YamlNode> items = new ArrayList<>();
        while (text.indent() == column && text.isDash()) {
            text.skip();
            text.skipSpaces();
            require(!text.atEndOfLine());
            String place = "[" + items.size() + "]";
            items.add(text.isKey()
                    ? map(text.column(), at, place, depth + 1)
                    : inline(column, at, place, depth + 1));
        }
        require(text.indent() <= column);
        return new YamlNode.Sequence(at, items);
    }

    /// A value on the rest of the line. A line further in than its surroundings would belong to it.
    private YamlNode inline(int column, Position parent, String step, int depth) {
        YamlNode node = isFlow() ? flow(parent, step, depth) : bare(parent, step, depth, false);
        require(text.atEndOfLine() || text.current() == ' ');
        text.skipSpaces();
        require(text.atEndOfLine());
        text.nextLine();
        require(text.indent() <= column);
        return node;
    }

    private boolean isFlow() {
        char c = text.current();
        return c == '{' || c == '[' || c == '"' || c == '\'';
    }

    private YamlNode flow(Position parent, String step, int depth) {
        return switch (text.current()) {
            case '{' -> flowMap(parent, step, depth);
            case '[' -> flowList(parent, step, depth);
            case '"', '\'' -> quoted(parent, step, depth);
            default -> bare(parent, step, depth, true);
        };
    }

    private YamlNode flowMap(Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (another('}', entries.isEmpty())) {
            Position key = text.here(at, "");
            String name = text.key();
            text.skipSpaces();
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
            text.skip();
        }
        text.skipSpaces();
        if (text.current() == end) {
            text.skip();
            return false;
        }
        if (!first) {
            require(text.current() == ',');
            text.skip();
            text.skipSpaces();
        }
        require(text.current() != end && text.current() != ',');
        return true;
    }

    private YamlNode quoted(Position parent, String step, int depth) {
        Position at = begin(parent, step, depth);
        String written = text.quoted();
        return new YamlNode.Text(at, written, environment.resolve(written, at), true);
    }

    private YamlNode bare(Position parent, String step, int depth, boolean flow) {
        Position at = begin(parent, step, depth);
        String written = text.bare(flow);
        return new YamlNode.Text(at, written, environment.resolve(written, at), false);
    }

    private Position begin(@Nullable Position parent, String step, int depth) {
        require(depth <= MAX_DEPTH && ++values <= MAX_VALUES);
        return text.here(parent, step);
    }
}
