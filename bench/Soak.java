import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import load.Arguments;
import load.Contender;
import load.Gatehouse;
import load.Programs;
import load.Site;
import load.Tokens.Algorithm;
import load.Trouble;
import report.Lines;
import report.Report;
import report.Table;
import soak.Trend;
import soak.Visitors;

/// Whether the gateway stays as it is: half an hour of visitors of all kinds at a moderate rate, and its routes exchanged every minute.
///
///     ./mvnw -pl gateway -am package -DskipTests
///     java bench/Soak.java [--minutes 30] [--rate 300] [--every 60]
///
/// Starts `gateway/target/gateway.jar`, a backend and, where there is one on the path, a Redis, all on free ports of loopback. Of twenty visitors eleven are let
/// in, two have no good token, three come too often, one asks for what is not there, two go away without waiting, one sends its body slowly. Every `--every` seconds the routes
/// change, everything unused is collected, and a line says what the gateway has: heap, classes and code, resident memory, descriptors, threads. Buffers of connections are in no
/// metric, since Netty takes them from the system itself; they show in resident memory, of which the heap has all of its own from the start. At the end each of them is flat
/// or growing, by its slope over the last two thirds. Ends with 1 when one grows, when more than one of a thousand visitors is not answered as it should be, or when the routes
/// were not exchanged. Keeps its report in `target/bench/soak.md`, with charts.
final class Soak {

    private static final double SHARE_OF_SURPRISES = 0.001;
    private static final List<String> HEAP = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch");

    private final Arguments words;
    private final Path folder = Path.of("target", "bench");
    private final Site site = Site.at(folder, 0);
    private final Gatehouse gatehouse = site.gatehouse(true);
    private final Path routes = Path.of("target", "bench", "soak-routes.yml").toAbsolutePath();
    private final Report report = new Report(folder, "soak", "What the gateway has after a while");
    private final Trend heap = new Trend("heap MB", 5);
    private final Trend code = new Trend("classes and code MB", 15);
    private final Trend resident = new Trend("resident MB", 25);
    private final Trend descriptors = new Trend("descriptors", 30);
    private final Trend threads = new Trend("threads", 8);
    private final List<Trend> trends = List.of(heap, code, resident, descriptors, threads);

    private Soak(Arguments words) {
        this.words = words;
    }

    static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT); // figures look the same everywhere
        int status = 2;
        try {
            Programs.jar();
            status = new Soak(Arguments.read(arguments, Map.of("minutes", "30", "rate", "300", "every", "60"))).run() ? 0 : 1;
        } catch (Trouble trouble) {
            System.err.println("Soak: " + trouble.getMessage());
        }
        System.exit(status);
    }

    private boolean run() throws Exception {
        exchange(0);
        Contender gateway = site.ready(gatehouse.start("soak-gateway", command(), routes, Map.of()));
        Visitors visitors = new Visitors(gateway.port(), site.tokens().sign(Algorithm.RS256, 0, 1000));
        report.say("%s minutes at %s requests/s; %s; Redis: %s.".formatted(words.text("minutes"), words.text("rate"),
                String.join(" ", HEAP), site.redis().isPresent() ? "yes" : "none on the path"));
        visitors.come(words.number("rate"));
        int times = words.number("minutes") * 60 / words.number("every");
        List<String> steps = new ArrayList<>();
        for (int i = 1; i <= times; i++) {
            Thread.sleep(Duration.ofSeconds(words.number("every")));
            sample(gateway);
            steps.add(i * words.number("every") % 60 == 0 ? i * words.number("every") / 60 + " min" : i * words.number("every") + " s");
            System.out.printf("%s: %.1f MB heap, %.1f MB classes and code, %.0f MB resident, %.0f descriptors, %.0f threads; %d visitors, %d surprised%n",
                    steps.getLast(), heap.last(), code.last(), resident.last(), descriptors.last(), threads.last(), visitors.all(),
                    visitors.unexpected());
            exchange(i);
        }
        return tell(gateway, visitors, steps);
    }

    /// On all processors: what event loops hand each other is part of the question.
    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of(Programs.java()));
        command.addAll(HEAP);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-jar", Programs.jar().toString()));
        return command;
    }

    private void sample(Contender gateway) {
        heap.add(gateway.heapMegabytes(site.programs()));
        code.add(gateway.metric("jvm_memory_used_bytes{area=\"nonheap\"") / (1 << 20));
        resident.add(gateway.residentMegabytes());
        descriptors.add(gateway.metric("process_files_open_files"));
        threads.add(gateway.metric("jvm_threads_live_threads"));
    }

    /// Another timeout for each version, so that every route changes.
    private void exchange(int version) throws IOException {
        String yaml = Files.readString(gatehouse.routes(site.backend().port())) + """

                  - id: narrow
                    match: { path: /narrow/** }
                    upstream: http://127.0.0.1:%d
                    access: signed-in
                    limits:
                      - { name: few, per: user, requests: 2, every: 1s }

                defaults: { timeout: %ds }
                """.formatted(site.backend().port(), 10 + version % 10);
        Path next = Files.writeString(folder.resolve("soak-next.yml"), yaml);
        Files.move(next, routes, StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean tell(Contender gateway, Visitors visitors, List<String> steps) {
        double exchanges = gateway.metric("gatehouse_routes_reloads_total{result=\"good\"}");
        Table table = new Table("", "first", "last", "growth over the last two thirds", "verdict");
        for (Trend trend : trends) {
            table.row(trend.name(), "%.1f".formatted(trend.samples()[0]), "%.1f".formatted(trend.last()), "%.1f".formatted(trend.growth()),
                    trend.grows() ? "growing" : "flat");
        }
        report.say(table);
        for (Trend trend : trends) {
            Lines lines = new Lines(trend.name(), steps);
            lines.add(trend.name(), trend.samples());
            report.draw("-" + trend.name().split(" ")[0], lines.svg());
        }
        report.say(every(steps));
        report.say("%,d visitors, %d not answered as they should be; routes exchanged %.0f times. %s".formatted(visitors.all(), visitors.unexpected(),
                exchanges, visitors.outcomes()));
        boolean flat = trends.stream().noneMatch(Trend::grows);
        boolean served = visitors.unexpected() <= SHARE_OF_SURPRISES * visitors.all();
        boolean exchanged = exchanges >= steps.size() - 1; // the last may be under way
        report.say("Verdict: " + (flat ? "flat" : "growing") + (served ? "" : ", too many surprised") + (exchanged ? "" : ", routes not exchanged"));
        report.keep();
        return flat && served && exchanged;
    }

    private Table every(List<String> steps) {
        Table table = new Table("after", heap.name(), code.name(), resident.name(), descriptors.name(), threads.name());
        IntStream.range(0, steps.size()).forEach(i -> table.row(steps.get(i), "%.1f".formatted(heap.samples()[i]),
                "%.1f".formatted(code.samples()[i]), "%.0f".formatted(resident.samples()[i]), "%.0f".formatted(descriptors.samples()[i]),
                "%.0f".formatted(threads.samples()[i])));
        return table;
    }
}
