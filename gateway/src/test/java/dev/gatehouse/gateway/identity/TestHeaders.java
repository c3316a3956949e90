package dev.gatehouse.gateway.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A header section for tests, and what was written of one.
final class TestHeaders implements HeaderFields, HeaderSink {

    private final List<String[]> fields = new ArrayList<>();

    /// Names and values in turn.
    static TestHeaders of(String... namesAndValues) {
        TestHeaders headers = new TestHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    @Override
    public void add(String name, String value) {
        fields.add(new String[]{name, value});
    }

    @Override
    public void forEach(HeaderSink each) {
        fields.forEach(field -> each.add(field[0], field[1]));
    }

    @Override
    public List<String> all(String name) {
        return fields.stream().filter(field -> field[0].equalsIgnoreCase(name)).map(field -> field[1]).toList();
    }

    /// The names as some backends read them: upper case, with `_` for everything but letters and digits.
    List<String> cgiNames() {
        return fields.stream().map(field -> field[0].toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")).toList();
    }

    List<String> lines() {
        return fields.stream().map(field -> field[0] + ": " + field[1]).toList();
    }
}
