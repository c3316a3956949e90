package report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows under names, as Markdown that can also be read as it stands. Not thread-safe.
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /// With the names of the columns.
    public Table(String... names) {
        rows.add(Arrays.asList(names));
    }

    /// One row more.
    public void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    }

    /// Its lines; numbers stand at the right.
    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < columns; column++) {
                int width = width(column);
                String cell = rows.get(row).get(column);
                text.append("| ").append(isNumeric(column) ? " ".repeat(width - cell.length()) + cell : cell + " ".repeat(width - cell.length()))
                        .append(' ');
            }
            text.append("|\n");
            for (int column = 0; row == 0 && column < columns; column++) {
                text.append("| ").append("-".repeat(width(column) - 1)).append(isNumeric(column) ? ':' : '-').append(column == columns - 1 ? " |\n" : " ");
            }
        }
        return text.toString();
    }

    private int width(int column) {
        int width = 3;
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }

    private boolean isNumeric(int column) {
        return rows.stream().skip(1).map(row -> row.get(column)).allMatch(cell -> cell.isEmpty() || "-0123456789".indexOf(cell.charAt(0)) >= 0);
    }
}
