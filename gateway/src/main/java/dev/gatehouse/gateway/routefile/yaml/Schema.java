package dev.gatehouse.gateway.routefile.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A JSON Schema that comes with the product, as far as the reader needs it: the maps in it are its definitions. Immutable.
///
/// A property's own keyword `x-expected` says in a few words what is missing when it is.
public final class Schema {

    private static final String REFERENCE = "#/$defs/";

    private final Map<?, ?> root;

    private Schema(Map<?, ?> root) {
        this.root = root;
    }

    /// Reads a resource beside a class. JSON is YAML too, so that the command line needs no other reader.
    public static Schema beside(Class<?> type, String name) {
        try (InputStream stream = Objects.requireNonNull(type.getResourceAsStream(name), name)) {
            return new Schema(map(new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(new InputStreamReader(stream, StandardCharsets.UTF_8))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The map that the whole schema describes.
    public Shape root() {
        return Shape.of(this, root);
    }

    /// The map of a definition.
    public Shape definition(String name) {
        return Shape.of(this, resolved(Map.of("$ref", REFERENCE + name)));
    }

    /// The words that are among a property's values, in all its forms, also as items of a list.
    List<String> words(Map<?, ?> property) {
        Set<String> words = new LinkedHashSet<>();
        addWords(property, words);
        return List.copyOf(words);
    }

    private void addWords(Map<?, ?> property, Set<String> words) {
        Map<?, ?> form = resolved(property);
        if (form.isEmpty() || form.containsKey("properties")) { // a map has words of its own
            return;
        }
        list(form.get("enum")).forEach(word -> words.add(String.valueOf(word)));
        list(form.get("anyOf")).forEach(option -> addWords(map(option), words));
        list(form.get("oneOf")).forEach(option -> addWords(map(option), words));
        addWords(map(form.get("items")), words);
    }

    String expectation(Map<?, ?> property) {
        Object own = property.get("x-expected");
        return String.valueOf(own == null ? resolved(property).get("x-expected") : own);
    }

    private Map<?, ?> resolved(Map<?, ?> property) {
        if (!(property.get("$ref") instanceof String reference)) {
            return property;
        }
        Object definition = map(root.get("$defs")).get(reference.substring(REFERENCE.length()));
        if (!(definition instanceof Map<?, ?> found)) {
            throw new IllegalStateException("schema: " + reference + " (expected: a definition)");
        }
        return found;
    }

    static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
