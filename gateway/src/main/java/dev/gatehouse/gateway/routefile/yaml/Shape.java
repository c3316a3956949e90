package dev.gatehouse.gateway.routefile.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a JSON Schema says of one map: which keys it may have, which it must have, and which words are values of a key. Immutable.
public final class Shape {

    private final List<String> keys;
    private final Set<String> known;
    private final Map<String, String> required;
    private final Map<String, List<String>> words;

    private Shape(List<String> keys, Map<String, String> required, Map<String, List<String>> words) {
        this.keys = List.copyOf(keys);
        this.known = Set.copyOf(keys);
        this.required = required;
        this.words = words;
    }

    /// Reads one object of a schema.
    static Shape of(Schema schema, Map<?, ?> object) {
        Map<?, ?> properties = Schema.map(object.get("properties"));
        List<String> keys = new ArrayList<>();
        Map<String, String> required = new LinkedHashMap<>();
        Map<String, List<String>> words = new LinkedHashMap<>();
        properties.forEach((name, property) -> {
            String key = String.valueOf(name);
            keys.add(key);
            words.put(key, schema.words(Schema.map(property)));
            if (Schema.list(object.get("required")).contains(key)) {
                required.put(key, schema.expectation(Schema.map(property)));
            }
        });
        return new Shape(keys, required, words);
    }

    /// The keys it may have, in the schema's order.
    public List<String> keys() {
        return keys;
    }

    /// Whether it may have this key.
    boolean knows(String key) {
        return known.contains(key);
    }

    /// The keys it must have, each with what is expected of it, in a few words.
    Map<String, String> required() {
        return required;
    }

    /// The words that a key's value may be, or one of several forms of it; empty when there are none.
    public List<String> words(String key) {
        return words.getOrDefault(key, List.of());
    }
}
