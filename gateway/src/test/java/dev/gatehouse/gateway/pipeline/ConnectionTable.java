package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The machine's table of TCP connections (Linux: /proc/net).
final class ConnectionTable {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String LISTEN = "0A";
    private static final String TIME_WAIT = "06";

    private ConnectionTable() {}

    /// How many connections a server still holds: those of its port that are not closed on its side.
    static long heldBy(int port) {
        String suffix = ":%04X".formatted(port);
        return TABLES.stream().filter(Files::exists).flatMap(ConnectionTable::lines).map(line -> line.strip().split("\\s+", -1))
                .filter(row -> row[1].endsWith(suffix) && !row[3].equals(LISTEN) && !row[3].equals(TIME_WAIT)
                        && !row[9].equals("0"))
                .count();
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream().skip(1);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
