package dev.gatehouse.gateway.routefile.yaml;

import org.jspecify.annotations.Nullable;

/// Where a value stands. Immutable. The keys that lead to it are put together when somebody asks: a file may nest long keys around many values.
///
/// @param line counted from 1
/// @param column counted from 1
/// @param parent what it stands in; null for the whole file
/// @param step its key or `[index]` there
public record Position(int line, int column, @Nullable Position parent, String step) {

    private static final int LONGEST_STEP = 64;
    private static final int LONGEST_PATH = 512;

    /// A place of its own.
    ///
    /// @param path the keys that lead to it
    public Position(int line, int column, String path) {
        this(line, column, null, path);
    }

    /// The keys that lead to it: `routes[0].match.path`; empty for the whole file. Cut when long.
    public String path() {
        StringBuilder path = new StringBuilder();
        append(this, path);
        return path.length() <= LONGEST_PATH ? path.toString() : path.substring(0, LONGEST_PATH) + "…";
    }

    private static void append(Position position, StringBuilder path) {
        if (position.parent != null) {
            append(position.parent, path);
        }
        String step = position.step;
        path.append(path.isEmpty() || step.isEmpty() || step.startsWith("[") ? "" : ".")
                .append(step.length() <= LONGEST_STEP ? step : step.substring(0, LONGEST_STEP) + "…");
    }
}
