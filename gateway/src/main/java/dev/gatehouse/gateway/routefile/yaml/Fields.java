package dev.gatehouse.gateway.routefile.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Reads the keys of one map. Every accessor answers with a good value or notes the problem and answers empty. Which keys there may be and which there
/// must be is what the [Shape] says; asking for any other key is a bug. Not thread-safe.
///
/// Asked some twenty times for each route, mostly for keys that are absent; so it is written without lambdas where nothing is wrong, which cost much until
/// Java has compiled them.
public final class Fields {

    /// At most 18: every such number fits a long. A zero ahead makes it octal for some readers of YAML.
    private static final Pattern DIGITS = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final String SPELLED = "; in digits alone, without a 0 ahead";
    private static final Pattern BELOW_ZERO = Pattern.compile("-[1-9][0-9]*");

    private final YamlNode.Mapping mapping;
    private final Problems problems;
    private final Shape shape;

    /// Notes every key that the shape does not know, and every one that it requires and that is absent.
    public Fields(YamlNode.Mapping mapping, Problems problems, Shape shape) {
        this.mapping = mapping;
        this.problems = problems;
        this.shape = shape;
        for (String name : mapping.entries().keySet()) {
            if (!shape.knows(name)) {
                refuseUnknown(name);
            }
        }
        if (!mapping.entries().keySet().containsAll(shape.required().keySet())) {
            shape.required().forEach(this::required);
        }
    }

    private void refuseUnknown(String name) {
        problems.add(Objects.requireNonNull(mapping.entries().get(name)).key(), problems.meant(name, shape.keys())
                .map(meant -> "unknown key, did you mean " + meant + "?")
                .orElseGet(() -> "unknown key (expected: " + String.join(", ", shape.keys()) + ")"));
    }

    /// Reads the keys of a value that must be a map.
    public static Optional<Fields> of(YamlNode node, Problems problems, Shape shape) {
        if (node instanceof YamlNode.Mapping mapping) {
            return Optional.of(new Fields(mapping, problems, shape));
        }
        refuse(node, problems, shape);
        return Optional.empty();
    }

    /// Notes that a value is not a map.
    public static void refuse(YamlNode node, Problems problems, Shape shape) {
        problems.expected(node, "a map with " + String.join(", ", shape.keys()));
    }

    /// The keys that are there, in the order of the file.
    public List<String> keys() {
        return List.copyOf(mapping.entries().keySet());
    }

    /// Where the value stands that the keys lead to; as far as they lead anywhere.
    public Position at(String... keys) {
        return mapping.at(keys);
    }

    /// Notes a problem if the key is absent.
    public Fields required(String key, String expectation) {
        if (!mapping.entries().containsKey(key)) {
            Position at = mapping.at();
            problems.add(new Position(at.line(), at.column(), at, key),
                    "missing (expected: " + expectation + ")");
        }
        return this;
    }

    /// The value as it is.
    public Optional<YamlNode> node(String key) {
        return Optional.ofNullable(value(key));
    }

    private @Nullable YamlNode value(String key) {
        if (!shape.knows(key)) {
            throw new IllegalArgumentException("key: " + key + " (expected: " + shape.keys() + ")");
        }
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry == null ? null : entry.value();
    }

    /// Whether the key is there.
    public boolean has(String key) {
        return value(key) != null;
    }

    /// A text.
    public Optional<String> text(String key) {
        return text(key, Function.identity());
    }

    /// A text in a form of its own.
    ///
    /// @param parse throws an [IllegalArgumentException] whose message says what was expected
    public <T> Optional<T> text(String key, Function<String, T> parse) {
        YamlNode node = value(key);
        return node == null ? Optional.empty() : text(key, node, parse);
    }

    private <T> Optional<T> text(String key, YamlNode node, Function<String, T> parse) {
        if (!(node instanceof YamlNode.Text text) || !text.is(YamlNode.Kind.TEXT)) {
            boolean plain = node instanceof YamlNode.Text text && !text.value().isEmpty();
            problems.expected(node, plain ? "text; put it in quotes" : "text");
            return Optional.empty();
        }
        return parsed(key, text, parse);
    }

    /// A whole number, spelled in the one way in which all readers of YAML read the same.
    public Optional<Long> number(String key, long least, long most) {
        YamlNode node = value(key);
        if (node == null) {
            return Optional.empty();
        }
        String expected = most == Long.MAX_VALUE
                ? "a whole number, at least " + least
                : "a whole number, " + least + " to " + most;
        if (node instanceof YamlNode.Text text && text.is(YamlNode.Kind.INTEGER)) {
            return parsed(key, text, value -> inRange(value, least, most, expected));
        }
        problems.expected(node,
                node instanceof YamlNode.Text text && text.is(YamlNode.Kind.FLOAT) ? expected + SPELLED : expected);
        return Optional.empty();
    }

    private static long inRange(String value, long least, long most, String expected) {
        boolean digits = DIGITS.matcher(value).matches();
        if (!digits && value.length() <= 18 && !BELOW_ZERO.matcher(value).matches()) {
            throw new IllegalArgumentException(expected + SPELLED);
        }
        if (!digits || Long.parseLong(value) < least || Long.parseLong(value) > most) {
            throw new IllegalArgumentException(expected);
        }
        return Long.parseLong(value);
    }

    /// True or false.
    public Optional<Boolean> flag(String key) {
        YamlNode node = value(key);
        if (node instanceof YamlNode.Text text && text.is(YamlNode.Kind.BOOLEAN)) {
            return Optional.of(Boolean.valueOf(text.value()));
        }
        if (node != null) {
            problems.expected(node, "true or false");
        }
        return Optional.empty();
    }

    /// The items of a list; an absent list has none.
    public List<YamlNode> items(String key) {
        YamlNode node = value(key);
        if (node instanceof YamlNode.Sequence sequence) {
            return sequence.items();
        }
        if (node != null) {
            problems.expected(node, "a list");
        }
        return List.of();
    }

    /// A list of texts, each in a form of its own, at least one; empty if the key is absent or any item is wrong.
    public <T> Optional<List<T>> texts(String key, Function<String, T> parse) {
        YamlNode node = value(key);
        if (node == null) {
            return Optional.empty();
        }
        List<YamlNode> items = items(key);
        List<T> values = new ArrayList<>();
        items.forEach(item -> text(key, item, parse).ifPresent(values::add));
        if (items.isEmpty() && node instanceof YamlNode.Sequence list) {
            problems.add(list.at(), "empty (expected: at least one value)");
        }
        return values.isEmpty() || values.size() < items.size() ? Optional.empty() : Optional.of(values);
    }

    private <T> Optional<T> parsed(String key, YamlNode.Text text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text.value()));
        } catch (IllegalArgumentException e) {
            expected(key, text, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /// Notes that a value of a key is not what it should be, with the word that was probably meant.
    public void expected(String key, YamlNode node, String expectation) {
        Optional<String> meant = node instanceof YamlNode.Text text
                ? problems.meant(text.written(), shape.words(key))
                : Optional.empty();
        problems.expected(node, meant.map(word -> expectation + "; did you mean " + word + "?").orElse(expectation));
    }
}
