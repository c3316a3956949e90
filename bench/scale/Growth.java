package scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import load.Figures;
import report.Lines;
import report.Report;
import report.Table;

/// Figures for growing numbers of one thing, each against those of the first number. Not thread-safe.
final class Growth {

    private record Row(int count, Figures figures, double heap) {}

    private final String thing;
    private final List<Row> rows = new ArrayList<>();

    Growth(String thing) {
        this.thing = thing;
    }

    /// One number more; `heap` in megabytes, after a full collection.
    void add(int count, Figures figures, double heap) {
        rows.add(new Row(count, figures, heap));
        System.out.printf("%,9d %-12s %7.1f µs %7.0f requests/s, %.0f MB resident, %.1f MB heap, %d failed%n", count, thing, figures.micros(),
                figures.rate(), figures.megabytes(), heap, figures.failed());
    }

    /// Requests that failed, whatever the number.
    long failed() {
        return rows.stream().mapToLong(row -> row.figures.failed()).sum();
    }

    /// The processor's time for a request with the last number against that with the first.
    double ratio() {
        return rows.getLast().figures.micros() / rows.getFirst().figures.micros();
    }

    void tell(Report report) {
        Table table = new Table(thing, "µs CPU/request", "against the first", "requests/s", "p99 ms", "resident MB", "heap MB", "failed");
        for (Row row : rows) {
            table.row("%,d".formatted(row.count), "%.1f".formatted(row.figures.micros()),
                    "%.2f".formatted(row.figures.micros() / rows.getFirst().figures.micros()), "%.0f".formatted(row.figures.rate()),
                    "%.2f".formatted(row.figures.p99()), "%.0f".formatted(row.figures.megabytes()), "%.1f".formatted(row.heap), row.figures.failed());
        }
        report.say("## " + thing.substring(0, 1).toUpperCase(Locale.ROOT) + thing.substring(1));
        report.say(table);
        Lines lines = new Lines("against the first number of " + thing, rows.stream().map(row -> "%,d".formatted(row.count)).toList());
        lines.add("CPU of a request", ratios(row -> row.figures.micros()));
        lines.add("resident memory", ratios(row -> row.figures.megabytes()));
        lines.add("heap in use", ratios(Row::heap));
        report.draw("-" + thing, lines.svg());
    }

    private double[] ratios(ToDoubleFunction<Row> figure) {
        double first = Math.max(0.001, figure.applyAsDouble(rows.getFirst()));
        return rows.stream().mapToDouble(row -> figure.applyAsDouble(row) / first).toArray();
    }
}
