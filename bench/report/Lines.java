package report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A chart of lines over steps that stand equally far apart, from 0 upwards. Not thread-safe.
public final class Lines {

    private static final int LEFT = 60;
    private static final int TOP = 60;
    private static final int WIDTH = 550;
    private static final int HEIGHT = 200;
    private static final int MOST_LABELS = 10;

    private record Series(String name, double[] values) {}

    private final String title;
    private final List<String> steps;
    private final List<Series> series = new ArrayList<>();

    /// With a title that says the unit, and the names of the steps.
    public Lines(String title, List<String> steps) {
        this.title = title;
        this.steps = List.copyOf(steps);
    }

    /// A line, with a value for each step.
    public void add(String name, double... values) {
        series.add(new Series(name, values.clone()));
    }

    /// The drawing.
    public String svg() {
        double most = series.stream().flatMapToDouble(each -> Arrays.stream(each.values)).max().orElse(1) * 1.1;
        Svg svg = new Svg(640, TOP + HEIGHT + 40, title);
        for (int i = 0; i <= 4; i++) {
            double y = TOP + HEIGHT - HEIGHT * i / 4.0;
            svg.line(LEFT, y, LEFT + WIDTH, y);
            svg.text(LEFT - 6, y + 4, "end", "s", most < 20 ? "%.1f".formatted(most * i / 4) : "%.0f".formatted(most * i / 4));
        }
        for (int i = 0; i < steps.size(); i += Math.ceilDiv(steps.size(), MOST_LABELS)) {
            svg.text(x(i), TOP + HEIGHT + 18, "middle", "s", steps.get(i));
        }
        for (int i = 0; i < series.size(); i++) {
            svg.bar(LEFT + i * 150, 36, 10, 10, Svg.colour(i));
            svg.text(LEFT + i * 150 + 15, 45, "start", "s", series.get(i).name);
            draw(svg, series.get(i), most, Svg.colour(i));
        }
        return svg.toString();
    }

    private void draw(Svg svg, Series line, double most, String colour) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.values.length; i++) {
            double y = TOP + HEIGHT - HEIGHT * line.values[i] / most;
            points.append("%.1f,%.1f ".formatted(x(i), y));
            svg.dot(x(i), y, colour);
        }
        svg.path(points.toString().strip(), colour);
    }

    private double x(int step) {
        return LEFT + (steps.size() < 2 ? 0.5 : (step + 0.3) / (steps.size() - 0.4)) * WIDTH;
    }
}
