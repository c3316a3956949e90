package dev.gatehouse.gateway.routefile.yaml;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// One value of the file. Immutable.
public sealed interface YamlNode {

    /// Where it stands.
    Position at();

    /// The value as JSON would hold it: a map, list, text, number, true or false; an empty text where YAML has no value.
    default Object toJava() {
        return switch (this) {
            case Mapping map -> {
                Map<String, Object> values = new LinkedHashMap<>();
                map.entries().forEach((key, entry) -> values.put(key, entry.value().toJava()));
                yield Collections.unmodifiableMap(values);
            }
            case Sequence list -> list.items().stream().map(YamlNode::toJava).toList();
            case Text text -> text.scalar();
        };
    }

    /// A single value.
    ///
    /// @param at where it stands
    /// @param written as in the file
    /// @param value with the environment's variables in place
    /// @param quoted whether it is text by its quotes
    record Text(Position at, String written, String value, boolean quoted) implements YamlNode {

        private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

        /// What the value is in YAML 1.2 (core schema, §10.3.2). What comes from the environment may be anything.
        public boolean is(Kind kind) {
            if (!written.equals(value)) {
                return kind.accepts(value);
            }
            return quoted ? kind == Kind.TEXT : kind == Kind.of(value);
        }

        /// The value as a JSON text, number ([BigDecimal]) or boolean; empty for none of these and for numbers in other forms, such as `1e5` and `0x1F`.
        public Optional<Object> json() {
            return switch (quoted ? Kind.TEXT : Kind.of(value)) {
                case NULL -> Optional.empty();
                case BOOLEAN -> Optional.of(Boolean.valueOf(value));
                case INTEGER, FLOAT -> NUMBER.matcher(value).matches() ? Optional.of(new BigDecimal(value)) : Optional.empty();
                case TEXT -> Optional.of(value);
            };
        }

        private Object scalar() {
            Kind kind = quoted ? Kind.TEXT : Kind.of(value);
            return switch (kind) {
                case NULL -> "";
                case BOOLEAN -> Boolean.valueOf(value);
                case INTEGER -> value.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(value) : value;
                case FLOAT -> value.matches("[-+]?[0-9]{1,32}\\.[0-9]{1,32}") ? (Object) Double.valueOf(value) : value;
                case TEXT -> value;
            };
        }
    }

    /// A list.
    record Sequence(Position at, List<YamlNode> items) implements YamlNode {

        /// Copies the list.
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /// Keys and values in the order of the file; no key twice.
    ///
    /// @param at where it stands
    /// @param entries by key
    record Mapping(Position at, Map<String, Entry> entries) implements YamlNode {

        /// Where the value stands that the keys lead to; as far as they lead anywhere.
        public Position at(String... keys) {
            YamlNode node = this;
            for (String key : keys) {
                Entry entry = node instanceof Mapping map ? map.entries.get(key) : null;
                if (entry != null) {
                    node = entry.value();
                }
            }
            return node.at();
        }
    }

    /// One line of a map.
    ///
    /// @param key where the key stands
    /// @param value what follows it
    record Entry(Position key, YamlNode value) {}

    /// Kinds of a single value.
    enum Kind {
        /// No value.
        NULL("|~|null|Null|NULL"),
        /// True or false.
        BOOLEAN("true|True|TRUE|false|False|FALSE"),
        /// A whole number.
        INTEGER("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
        /// Any other number.
        FLOAT("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)"),
        /// Everything else.
        TEXT(".*");

        /// What a value begins with that is not text.
        private static final String OTHER_THAN_TEXT = "~nNtTfF-+.0123456789";

        private final Pattern form;

        Kind(String form) {
            this.form = Pattern.compile(form, Pattern.DOTALL);
        }

        private boolean accepts(String plain) {
            return form.matcher(plain).matches();
        }

        private static Kind of(String plain) {
            if (!plain.isEmpty() && OTHER_THAN_TEXT.indexOf(plain.charAt(0)) < 0) {
                return TEXT; // nearly every value; the forms below take ten times as long
            }
            for (Kind kind : values()) {
                if (kind.accepts(plain)) {
                    return kind;
                }
            }
            return TEXT;
        }
    }
}
