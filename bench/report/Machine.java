package report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// What a figure was measured on.
public final class Machine {

    private Machine() {}

    /// One sentence: date, processors, system, Java.
    public static String description() {
        return "%s, %s, %d processors, %s %s, JDK %s".formatted(LocalDate.now(ZoneOffset.UTC), processor(), Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"), System.getProperty("os.version"), Runtime.version());
    }

    /// How busy it was, for readers who wonder about a figure: the average of the last minute, or nothing where the system does not tell.
    public static String busyness() {
        try {
            return "load average " + Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        } catch (IOException elsewhere) {
            return "load average unknown";
        }
    }

    private static String processor() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException elsewhere) {
            return System.getProperty("os.arch");
        }
        return System.getProperty("os.arch");
    }
}
