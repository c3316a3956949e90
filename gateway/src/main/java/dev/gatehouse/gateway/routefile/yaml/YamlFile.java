package dev.gatehouse.gateway.routefile.yaml;

import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/// Reads a file into [YamlNode]s. Bounded: a file is at most 16 MiB and a million values long, nests at most 32 deep, and aliases, which multiply, are refused.
public final class YamlFile {

    /// Most characters that are read.
    public static final int MAX_LENGTH = 16 * 1024 * 1024;

    private YamlFile() {}

    /// The file's top map; empty if there is no way to read it. Either way `problems` says what is wrong.
    ///
    /// @param environment answers with a variable's value, or null when it is not set
    public static Optional<YamlNode.Mapping> read(String text, Function<String, @Nullable String> environment,
            Problems problems) {
        Position start = new Position(1, 1, "");
        if (text.length() > MAX_LENGTH) {
            problems.add(start, text.length() + " characters (expected: at most " + MAX_LENGTH + ")");
            return Optional.empty();
        }
        Optional<YamlNode.Mapping> plain = PlainYaml.read(text, environment);
        return plain.isPresent() ? plain : readAny(text, environment, problems);
    }

    /// With a parser of all that is YAML.
    static Optional<YamlNode.Mapping> readAny(String text, Function<String, @Nullable String> environment, Problems problems) {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(MAX_LENGTH);
            YamlComposer composer = new YamlComposer(new ParserImpl(new StreamReader(text), options),
                    new Environment(environment, problems), problems);
            return composer.document().flatMap(node -> topMap(node, problems));
        } catch (MarkedYAMLException e) {
            problems.add(position(e), "not YAML: " + e.getProblem());
        } catch (ReaderException _) {
            problems.add(firstUnprintable(text), "not YAML: a character that cannot be printed");
        } catch (YAMLException e) {
            problems.add(new Position(1, 1, ""), "not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static Optional<YamlNode.Mapping> topMap(YamlNode node, Problems problems) {
        if (node instanceof YamlNode.Mapping mapping) {
            return Optional.of(mapping);
        }
        problems.expected(node, "a map of keys");
        return Optional.empty();
    }

    /// The reader's own count does not survive its buffer, so it is found again here.
    private static Position firstUnprintable(String text) {
        int line = 1;
        int column = 1;
        for (int c : text.codePoints().takeWhile(StreamReader::isPrintable).toArray()) {
            column = c == '\n' ? 1 : column + 1;
            line += c == '\n' ? 1 : 0;
        }
        return new Position(line, column, "");
    }

    private static Position position(MarkedYAMLException e) {
        Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
        return mark == null ? new Position(1, 1, "") : new Position(mark.getLine() + 1, mark.getColumn() + 1, "");
    }
}
