package report;

import java.util.Locale;

/// The beginnings of a drawing that can be read on white and on black. Not thread-safe.
final class Svg {

    /// One for each series, apart also for those who see few colours.
    private static final String[] COLOURS = {"#3b82c4", "#e08a1e", "#4aa564", "#b05fb5", "#8c8c8c"};

    private final StringBuilder drawn = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height, String title) {
        this.width = width;
        this.height = height;
        text(10, 22, "start", "h", title);
    }

    static String colour(int series) {
        return COLOURS[series % COLOURS.length];
    }

    void text(double x, double y, String anchor, String style, String words) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>", x, y, anchor, style, escaped(words));
    }

    void bar(double x, double y, double width, double height, String colour) {
        add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1\" fill=\"%s\"/>", x, y, width, height, colour);
    }

    void line(double fromX, double fromY, double toX, double toY) {
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", fromX, fromY, toX, toY);
    }

    void dot(double x, double y, String colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, colour);
    }

    void path(String points, String colour) {
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", points, colour);
    }

    @Override
    public String toString() {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
                <style>
                text { font: 12px sans-serif; fill: #333 } .h { font-weight: bold } .s { font-size: 11px } line { stroke: #999; stroke-width: 0.5 }
                @media (prefers-color-scheme: dark) { text { fill: #ddd } line { stroke: #777 } }
                </style>
                %s</svg>
                """.formatted(width, height, width, height, drawn);
    }

    private void add(String format, Object... values) {
        drawn.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;");
    }
}
