package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// The machine's table of TCP connections (Linux: /proc/net).
final class ConnectionTable {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String LISTEN = "0A";
    private static final String TIME_WAIT = "06";
    private static final String ESTABLISHED = "01";
    // Of "timer:jiffies"; a hundred of the latter are a second.
    private static final String PROBE = "02:";
    private static final int HEXADECIMAL = 16;

    private ConnectionTable() {}

    /// How many connections a server still holds: those of its port that are not closed on its side.
    static long heldBy(int port) {
        String suffix = ":%04X".formatted(port);
        return rows().filter(row -> row[1].endsWith(suffix) && !row[3].equals(LISTEN) && !row[3].equals(TIME_WAIT)
                && !row[9].equals("0"))
                .count();
    }

    /// Waits until this end of a connection is to probe the other one within so many seconds (RFC 9293 §3.8.4). Where there is no such table nobody knows.
    static void awaitProbe(int localPort, int remotePort, int seconds) {
        Assumptions.assumeTrue(TABLES.stream().anyMatch(Files::exists));
        String local = ":%04X".formatted(localPort);
        String remote = ":%04X".formatted(remotePort);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(rows()
                .filter(row -> row[1].endsWith(local) && row[2].endsWith(remote) && row[3].equals(ESTABLISHED))
                .map(row -> row[5])).singleElement()
                .asString().startsWith(PROBE)
                .satisfies(timer -> assertThat(Long.parseLong(timer, PROBE.length(), timer.length(), HEXADECIMAL))
                        .isBetween(0L, seconds * 100L)));
    }

    private static Stream<String[]> rows() {
        return TABLES.stream().filter(Files::exists).flatMap(ConnectionTable::lines).map(line -> line.strip().split("\\s+", -1));
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream().skip(1);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
