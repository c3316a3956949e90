package dev.gatehouse.gateway.explain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// An explanation for people: one block for each step, columns aligned, the outcome last. Control characters are shown as `?`.
public final class TextReport {

    private static final int NAME = 16;
    private static final int RESULT = 8;

    private final StringBuilder text = new StringBuilder();

    private TextReport() {}

    /// The report, without a line break at its end.
    public static String of(Explanation explanation) {
        TextReport report = new TextReport();
        Question question = explanation.question();
        report.line(question.method() + " " + question.target() + "   host " + question.host() + ", from "
                + question.peer().getHostAddress() + (question.tls() ? " over TLS" : ""));
        report.line("");
        explanation.steps().forEach(report::step);
        report.line("");
        report.outcome(explanation.outcome());
        return report.text.toString().stripTrailing();
    }

    private void step(Step step) {
        line(padded(step.name(), NAME) + padded(step.result().word(), RESULT) + step.summary());
        step.details().forEach((name, value) -> detail(name, rows(value)));
    }

    private void detail(String name, List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder cells = new StringBuilder(" ".repeat(NAME + RESULT)).append(padded(name, 10));
            for (int i = 0; i < row.size(); i++) {
                cells.append(i == row.size() - 1 ? row.get(i) : padded(row.get(i), Math.min(widths[i], 48) + 2));
            }
            line(cells.toString());
        }
    }

    private static List<List<String>> rows(Object value) {
        List<List<String>> rows = new ArrayList<>();
        for (Object row : value instanceof Collection<?> list ? list : List.of(value)) {
            rows.add(row instanceof Map<?, ?> cells
                    ? cells.values().stream().map(String::valueOf).toList()
                    : List.of(String.valueOf(row)));
        }
        return rows;
    }

    private void outcome(Outcome outcome) {
        switch (outcome) {
            case Outcome.Forward forward -> line("=> forward by route " + forward.route() + " to "
                    + String.join(" or ", forward.targets().stream().map(Outcome.Target::url).toList()));
            case Outcome.Answered answered -> line("=> answered by the gateway itself: " + answered.what());
            case Outcome.Refused refused -> {
                line("=> " + refused.status() + " " + refused.code()
                        + (refused.route().isEmpty() ? "" : " by route " + refused.route()));
                refused.fields().forEach(field -> line("   " + field.name() + ": " + field.value()));
            }
        }
    }

    private void line(String line) {
        line.chars().forEach(c -> text.append(Character.isISOControl(c) ? '?' : (char) c));
        text.append('\n');
    }

    private static String padded(String cell, int width) {
        return cell.length() >= width ? cell + " " : cell + " ".repeat(width - cell.length());
    }
}
