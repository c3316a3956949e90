package dev.gatehouse.gateway.routefile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.routefile.yaml.YamlNode;

/// A file cut into the lines of each of its routes and what stands around them. Immutable.
///
/// Equal lines are equal routes where what stands around them is equal, too: each route begins on a line of its own with its dash, so its lines hold all of
/// it, and nothing in them means another thing further up or down.
///
/// @param around all but the routes
/// @param routes the lines of each route, in order; empty where the file has its routes in another form
record RouteTexts(String around, List<String> routes) {

    static final RouteTexts NONE = new RouteTexts("", List.of());

    // To YAML the end of a line like \n, so lines would be counted otherwise here.
    private static final String OTHER_ENDS = "\r\u0085\u2028\u2029";
    // In no file that can be read.
    private static final char APART = '\0';

    static RouteTexts of(String text, YamlNode.Mapping top) {
        YamlNode.Entry routes = top.entries().get("routes");
        if (routes == null || !(routes.value() instanceof YamlNode.Sequence list) || list.items().isEmpty()) {
            return NONE;
        }
        for (int i = 0; i < OTHER_ENDS.length(); i++) {
            if (text.indexOf(OTHER_ENDS.charAt(i)) >= 0) {
                return NONE;
            }
        }
        return cut(text, list.items(), afterRoutes(top));
    }

    private static YamlNode.@Nullable Entry afterRoutes(YamlNode.Mapping top) {
        boolean found = false;
        for (Map.Entry<String, YamlNode.Entry> each : top.entries().entrySet()) {
            if (found) {
                return each.getValue();
            }
            found = each.getKey().equals("routes");
        }
        return null;
    }

    private static RouteTexts cut(String text, List<YamlNode> items, YamlNode.@Nullable Entry next) {
        Lines lines = new Lines(text);
        List<String> routes = new ArrayList<>(items.size());
        int first = -1;
        int begun = -1;
        for (YamlNode item : items) {
            int start = lines.startOf(item.at().line());
            if (start <= begun || !isDash(text, start, start + item.at().column() - 1)) {
                return NONE;
            }
            if (first < 0) {
                first = start;
            } else {
                routes.add(text.substring(begun, start));
            }
            begun = start;
        }
        int end = next == null ? text.length() : lines.startOf(next.key().line());
        if (end <= begun) {
            return NONE;
        }
        routes.add(text.substring(begun, end));
        return new RouteTexts(text.substring(0, first) + APART + text.substring(end), routes);
    }

    /// Whether there is a dash, and nothing else but spaces.
    private static boolean isDash(String text, int from, int to) {
        int dashes = 0;
        for (int i = from; i < to; i++) {
            if (text.charAt(i) == '-') {
                dashes++;
            } else if (text.charAt(i) != ' ') {
                return false;
            }
        }
        return dashes == 1;
    }

    /// Where lines begin, asked from the first to the last.
    private static final class Lines {
        private final String text;
        private int line = 1;
        private int start;

        Lines(String text) {
            this.text = text;
        }

        /// -1 for a line that was passed already.
        int startOf(int wanted) {
            while (line < wanted) {
                start = text.indexOf('\n', start) + 1;
                line++;
            }
            return line == wanted ? start : -1;
        }
    }
}
