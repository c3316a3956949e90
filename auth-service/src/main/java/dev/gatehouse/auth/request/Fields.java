package dev.gatehouse.auth.request;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The fields of one body. Errors are collected while fields are taken, so that a caller learns of all of them at once;
/// [#check()] ends the collecting. Not thread-safe.
public final class Fields {

    private static final int LONGEST_NAME_SHOWN = 64;

    private final Map<String, String> texts;
    private final Map<String, List<String>> lists;
    private final Set<String> others;
    private final List<FieldError> errors = new ArrayList<>();

    /// Starts with the unknown names as errors.
    ///
    /// @param texts the members that are strings
    /// @param lists the members that are lists of strings
    /// @param others the names of members of any other type
    /// @param known the names this endpoint understands
    Fields(Map<String, String> texts, Map<String, List<String>> lists, Set<String> others, List<String> known) {
        this.texts = texts;
        this.lists = lists;
        this.others = others;
        Stream.of(texts.keySet(), lists.keySet(), others).flatMap(Set::stream).filter(name -> !known.contains(name))
                .forEach(name -> errors.add(error(name, "is unknown here; expected " + String.join(", ", known))));
    }

    /// {@return the value, or null after an error was noted}
    ///
    /// @param name of the field
    /// @param parse makes the value; an [IllegalArgumentException] of it becomes the field's error, message and all
    /// @param <T> what the field means
    public <T> @Nullable T required(String name, Function<String, T> parse) {
        if (!texts.containsKey(name) && !lists.containsKey(name) && !others.contains(name)) {
            errors.add(error(name, "is missing"));
            return null;
        }
        return optional(name, parse);
    }

    /// {@return the value, or null where it is absent or an error was noted}
    ///
    /// @param name of the field
    /// @param parse as for [#required]
    /// @param <T> what the field means
    public <T> @Nullable T optional(String name, Function<String, T> parse) {
        if (others.contains(name) || lists.containsKey(name)) {
            errors.add(error(name, "is not a string"));
            return null;
        }
        String text = texts.get(name);
        return text == null ? null : parsed(name, text, parse);
    }

    /// {@return the values, each once and in their order; what could be read of them after errors were noted}
    ///
    /// @param name of the field
    /// @param most that are taken
    /// @param parse as for [#required], for each
    /// @param <T> what an element means
    public <T> List<T> requiredList(String name, int most, Function<String, T> parse) {
        List<String> elements = lists.get(name);
        if (elements == null || elements.size() > most) {
            errors.add(error(name, texts.containsKey(name) || others.contains(name) || elements != null
                    ? "is not a list of at most " + most + " strings"
                    : "is missing"));
            return List.of();
        }
        Set<T> values = new LinkedHashSet<>();
        for (String element : elements) {
            T value = parsed(name, element, parse);
            if (value != null) {
                values.add(value);
            }
        }
        return List.copyOf(values);
    }

    private <T> @Nullable T parsed(String name, String text, Function<String, T> parse) {
        if (!wellFormed(text)) {
            errors.add(error(name, "has half of a surrogate pair or a NUL character"));
            return null;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException refused) {
            errors.add(error(name, String.valueOf(refused.getMessage())));
            return null;
        }
    }

    /// {@return its text, or empty where it is absent}
    ///
    /// @param name of the only field there can be
    /// @throws dev.gatehouse.auth.problem.Refusal where anything is wrong with the body
    public Optional<String> optionalText(String name) {
        String text = optional(name, value -> value);
        check();
        return Optional.ofNullable(text);
    }

    /// Notes an error that only the caller can see.
    ///
    /// @param name of the field
    /// @param detail what was expected
    public void refuse(String name, String detail) {
        errors.add(error(name, detail));
    }

    /// Ends the collecting.
    ///
    /// @throws dev.gatehouse.auth.problem.Refusal naming every field at fault
    public void check() {
        if (!errors.isEmpty()) {
            throw Problem.malformed(errors).refusal();
        }
    }

    static FieldError error(String name, String detail) {
        String cut = name.length() <= LONGEST_NAME_SHOWN ? name : name.substring(0, LONGEST_NAME_SHOWN);
        // Through bytes and back: half a surrogate pair could not be written.
        String shown = new String(cut.getBytes(UTF_8), UTF_8);
        return new FieldError("/" + shown.replace("~", "~0").replace("/", "~1"), detail);
    }

    private static boolean wellFormed(String text) {
        return text.codePoints().noneMatch(point -> point == 0 || (point >= 0xD800 && point <= 0xDFFF));
    }
}
