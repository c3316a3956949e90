package load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What follows a program's name: pairs `--name value`, each with a value that counts without it. Immutable.
public final class Arguments {

    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /// Refuses names that `known` does not have.
    public static Arguments read(String[] words, Map<String, String> known) {
        Map<String, String> values = new LinkedHashMap<>(known);
        for (int i = 0; i < words.length; i += 2) {
            String name = words[i].startsWith("--") ? words[i].substring(2) : words[i];
            if (!known.containsKey(name) || i + 1 == words.length) {
                throw new Trouble("expected are --name value, of: " + known);
            }
            values.put(name, words[i + 1]);
        }
        return new Arguments(values);
    }

    /// A value as it stands there.
    public String text(String name) {
        return values.get(name);
    }

    /// A whole number, one at least.
    public int number(String name) {
        try {
            int number = Integer.parseInt(text(name));
            if (number < 1) {
                throw new Trouble("--" + name + " " + number + " (expected: >= 1)");
            }
            return number;
        } catch (NumberFormatException e) {
            throw new Trouble("--" + name + " " + text(name) + " (expected: a whole number)");
        }
    }

    /// The words between commas, all of `known`.
    public List<String> list(String name, List<String> known) {
        List<String> words = new ArrayList<>();
        for (String word : text(name).split(",")) {
            if (!word.isBlank() && !known.contains(word)) {
                throw new Trouble("--" + name + " " + word + " (expected: of " + known + ")");
            }
            if (!word.isBlank()) {
                words.add(word);
            }
        }
        return words;
    }

    /// Whole numbers between commas.
    public List<Integer> numbers(String name) {
        List<Integer> numbers = new ArrayList<>();
        for (String word : text(name).split(",")) {
            numbers.add(Integer.valueOf(word));
        }
        return numbers;
    }
}
