package scale;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import load.Contender;
import load.Gatehouse;
import load.Programs;
import report.Table;

/// From the start of the process to the first good answer, on two processors: plainly, and with what Java learnt by a rehearsal.
public final class Starts {

    private static final int TIMES = 3;

    private record Start(double seconds, double cpu) {}

    private Starts() {}

    /// Measures and reports.
    public static void run(Scaling scaling) {
        Table table = new Table("start", "s to the first answer", "s of a processor");
        List<String> plain = List.of(Programs.java(), "--enable-native-access=ALL-UNNAMED", "-jar", Programs.jar().toString());
        tell(table, "java -jar", measure(scaling, plain));
        Path jar = rehearsed(scaling.site().programs());
        Start quick = measure(scaling, List.of(Programs.java(), "-XX:AOTCache=" + cache(jar), "--enable-native-access=ALL-UNNAMED", "-jar",
                jar.toString()));
        tell(table, "with the cache of a rehearsal, as the image", quick);
        scaling.report().say("## Start");
        scaling.report().say(table);
        scaling.bar("start to first answer under 3 s on two processors", quick.seconds < 3, "%.2f s".formatted(quick.seconds));
    }

    private static void tell(Table table, String how, Start start) {
        table.row(how, "%.2f".formatted(start.seconds), "%.2f".formatted(start.cpu));
    }

    private static Start measure(Scaling scaling, List<String> command) {
        Gatehouse gatehouse = scaling.site().gatehouse(false);
        Path routes = gatehouse.routes(scaling.site().backend().port());
        List<Start> starts = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            long begun = System.nanoTime();
            Contender contender = scaling.site().ready(gatehouse.start("start", scaling.site().cores().two(command), routes, Map.of()));
            starts.add(new Start((System.nanoTime() - begun) / 1e9, contender.cpu().toMillis() / 1000.0));
            scaling.site().programs().end(contender.process());
        }
        return starts.stream().sorted(Comparator.comparingDouble(Start::seconds)).toList().get(TIMES / 2);
    }

    private static Path rehearsed(Programs programs) {
        Path folder = programs.folder().resolve("edge").toAbsolutePath();
        Path jar = folder.resolve("gateway.jar");
        programs.finish("extract", List.of(Programs.java(), "-Djarmode=tools", "-jar", Programs.jar().toString(), "extract", "--force",
                "--destination", folder.toString()));
        programs.finish("rehearsal", List.of(Programs.java(), "-XX:AOTCacheOutput=" + cache(jar), "--enable-native-access=ALL-UNNAMED", "-jar",
                jar.toString(), "rehearse"));
        return jar;
    }

    private static Path cache(Path jar) {
        return jar.resolveSibling("gateway.aot");
    }
}
