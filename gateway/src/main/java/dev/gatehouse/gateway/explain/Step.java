package dev.gatehouse.gateway.explain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One thing that is asked about a request. Immutable.
///
/// @param name what is asked, one word, stable
/// @param result what came of it
/// @param summary the answer in a sentence
/// @param details more, by name, in order: texts, numbers, lists of texts, or lists of rows, each a map of texts in order
public record Step(String name, Result result, String summary, Map<String, Object> details) {

    /// Copies the map and keeps its order.
    public Step {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /// A row of details.
    ///
    /// @param cells name, value, name, value, …
    static Map<String, String> row(String... cells) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i += 2) {
            row.put(cells[i], cells[i + 1]);
        }
        return row;
    }

    /// What came of it.
    public enum Result {
        /// The request goes on.
        PASSES,
        /// The request ends here.
        REFUSES,
        /// This is not asked of this request.
        SKIPPED;

        /// As reports say it.
        public String word() {
            return switch (this) {
                case PASSES -> "pass";
                case REFUSES -> "refuse";
                case SKIPPED -> "skip";
            };
        }
    }
}
