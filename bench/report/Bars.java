package report;

import java.util.ArrayList;
import java.util.List;

/// A chart of groups of bars, lying, with their values behind them. Not thread-safe.
public final class Bars {

    private static final int LEFT = 110;
    private static final int LENGTH = 430;
    private static final int BAR = 16;

    private record Bar(String group, String series, double value) {}

    private final String title;
    private final List<Bar> bars = new ArrayList<>();

    /// With a title that says the unit.
    public Bars(String title) {
        this.title = title;
    }

    /// One bar more; those of a group follow each other.
    public void add(String group, String series, double value) {
        bars.add(new Bar(group, series, value));
    }

    /// The drawing.
    public String svg() {
        List<String> series = bars.stream().map(Bar::series).distinct().toList();
        long groups = bars.stream().map(Bar::group).distinct().count();
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        Svg svg = new Svg(640, (int) (60 + groups * 14 + bars.size() * (BAR + 2)), title);
        for (int i = 0; i < series.size(); i++) {
            svg.bar(LEFT + i * 120, 34, 10, 10, Svg.colour(i));
            svg.text(LEFT + i * 120 + 15, 43, "start", "s", series.get(i));
        }
        double y = 56;
        String group = "";
        for (Bar bar : bars) {
            if (!bar.group.equals(group)) {
                group = bar.group;
                y += 12;
                svg.text(LEFT - 8, y + 12, "end", "h", group);
            }
            double length = LENGTH * bar.value / most;
            svg.bar(LEFT, y, length, BAR, Svg.colour(series.indexOf(bar.series)));
            svg.text(LEFT + length + 5, y + 12, "start", "s", "%.1f".formatted(bar.value));
            y += BAR + 2;
        }
        return svg.toString();
    }
}
