import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import load.Arguments;
import load.Backend;
import load.Client;
import load.Collector;
import load.Contender;
import load.Cores;
import load.Figures;
import load.Forwarder;
import load.Gatehouse;
import load.HaProxy;
import load.Paced;
import load.Programs;
import load.Redis;
import load.Requests;
import load.Round;
import load.Tokens;
import load.Tokens.Algorithm;
import load.Trouble;
import report.Bars;
import report.Report;
import report.Table;

/// What a request costs the gateway, beside others that do the same work in the same run, in turns.
///
///     ./mvnw -pl gateway -am package -DskipTests
///     java bench/Load.java [--work open,hot,cold,limited,paced] [--against haproxy,forwarder,traced] [--rounds 3] [--seconds 6] [--warm 60] …
///
/// Starts `gateway/target/gateway.jar` with `bench/routes.yml`, its backend and key server, a Redis and the others, all on loopback, and measures each kind of work: `open`
/// is public; `hot` has the tokens of 1,000 users over and over; in `cold` every token is new, on a route with and on one without an assertion; `limited` is `hot` with a limit for each user; `paced` is `hot` at 1,500 requests
/// in a second, its latency counted from the moments planned. The figure to read is µs: the time of the processor that the gateway's process took for a request, user and
/// system, the median of the rounds. The rest of a run shares the machine, so requests per second are a lower bound. `haproxy` and `redis-server` are taken from the path, if they
/// are there; `forwarder` is Spring Cloud Gateway without any work but forwarding, from the libraries of the gateway; `traced` is the same gateway that records the share `--sampled` (1) of its
/// requests as traces and exports them. Ends with 1 when a request failed. Keeps its
/// report in `target/bench/load.md`, with a chart. Takes half an hour.
final class Load {

    private static final List<String> WORK = List.of("open", "hot", "cold", "limited", "paced");
    private static final int USERS = 1000;
    private static final int RATE = 1500;
    private static final int WARMING = 10; // rounds of new tokens: with six a tenth of what is measured was the compiler's
    private static final int WARMING_AGAIN = 2; // where only the assertion is left out

    private final Arguments words;
    private final Duration time;
    private final Path folder = Path.of("target", "bench");
    private final Programs programs = new Programs(folder);
    private final Cores cores = Cores.ofThisMachine();
    private final List<Contender> contenders = new ArrayList<>();
    private final Report report = new Report(folder, "load", "What a request costs");
    private final Table table = new Table("work", "gateway", "µs CPU/request", "requests/s", "p50 ms", "p99 ms", "resident MB", "failed");
    private final Table ratios = new Table("work", "against", "ratio of µs", "ratio of p99");
    private final Bars bars = new Bars("µs of the processor for a request");
    private final Map<Algorithm, List<String>> users = new EnumMap<>(Algorithm.class);
    private final Map<Algorithm, List<String>> strangers = new EnumMap<>(Algorithm.class);
    private Tokens tokens;
    private long failed;

    private Load(Arguments words) {
        this.words = words;
        this.time = Duration.ofSeconds(words.number("seconds"));
    }

    static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // figures look the same everywhere
        int status = 2;
        try {
            Programs.jar();
            status = new Load(Arguments.read(arguments, Map.of("work", String.join(",", WORK), "against", "haproxy,forwarder", "rounds", "3",
                    "seconds", "6", "warm", "60", "connections", "64", "cold", "12000", "backend", "9000", "sampled", "1"))).run() == 0 ? 0 : 1;
        } catch (Trouble trouble) {
            System.err.println("Load: " + trouble.getMessage());
        }
        System.exit(status);
    }

    private long run() {
        List<String> work = words.list("work", WORK);
        start(work, words.list("against", List.of("haproxy", "forwarder", "traced")));
        for (String each : work) {
            if (each.equals("cold")) {
                for (Algorithm algorithm : Algorithm.values()) {
                    cold(algorithm);
                }
            } else {
                hot(each);
            }
        }
        report.say(table);
        if (contenders.size() > 1) {
            report.say(ratios);
        }
        report.draw("", bars.svg());
        report.keep();
        return failed;
    }

    private void start(List<String> work, List<String> against) {
        Backend backend = new Backend(words.number("backend"));
        String issuer = "http://127.0.0.1:" + backend.port();
        tokens = new Tokens(issuer);
        backend.keys(tokens.keySet());
        if (work.contains("cold")) {
            sign();
        }
        cores.stepAside();
        Optional<Contender> redis = Redis.start(programs, cores);
        Gatehouse gatehouse = new Gatehouse(programs, cores, redis.map(server -> "redis://127.0.0.1:" + server.port()).orElse(""));
        contenders.add(gatehouse.start("gatehouse", gatehouse.routes(backend.port()), Gatehouse.HEAP, Map.of()));
        if (against.contains("haproxy")) {
            HaProxy.start(programs, cores, backend.port(), issuer, tokens).ifPresent(contenders::add);
        }
        if (against.contains("traced")) {
            contenders.add(gatehouse.start("traced", gatehouse.routes(backend.port()), Gatehouse.HEAP,
                    Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", Collector.start(), "OTEL_TRACES_SAMPLER_ARG", words.text("sampled"))));
        }
        if (against.contains("forwarder")) {
            contenders.add(Forwarder.start(programs, cores, backend.port()));
        }
        contenders.forEach(each -> each.awaitAnswer("/open/x", folder.resolve(each.name() + ".log")));
        report.say("%s; Java gateways with %s; %s connections, %s rounds of %s s after %s s of warm-up, median; %s; `limited` %s.".formatted(cores.description(),
                String.join(" ", Gatehouse.HEAP), words.text("connections"), words.text("rounds"), words.text("seconds"), words.text("warm"),
                against.contains("haproxy") && Programs.find("haproxy").isEmpty() ? "no haproxy on the path" : "RS256 where nothing else is said",
                redis.isPresent() ? "with Redis" : "without Redis: no redis-server on the path"));
    }

    /// Beforehand, on all processors.
    private void sign() {
        for (Algorithm algorithm : Algorithm.values()) {
            int count = words.number("cold") * (2 * words.number("rounds") + WARMING + WARMING_AGAIN);
            System.out.printf("signing %d tokens, %s …%n", count, algorithm);
            strangers.put(algorithm, tokens.sign(algorithm, USERS, count));
        }
    }

    private void hot(String work) {
        String path = (work.equals("open") ? "/open" : work.equals("limited") ? "/limited" : "/api") + "/items/42";
        Supplier<byte[]> requests = new Requests(path, work.equals("open") ? List.of("") : users(Algorithm.RS256)).overAndOver();
        contenders.forEach(contender -> ask(contender, requests, warm(contender)));
        measure(work, (contender, _) -> work.equals("paced") ? Paced.ask(contender.port(), RATE, requests, time) : ask(contender, requests, time));
    }

    /// First with tokens that come again, so that all but the signatures is warm; then with new ones. Then without the assertion, which nobody else makes.
    private void cold(Algorithm algorithm) {
        List<String> all = strangers.remove(algorithm);
        int first = words.number("cold") * (words.number("rounds") + WARMING);
        contenders.forEach(contender -> ask(contender, new Requests("/api/items/42", users(algorithm)).overAndOver(), warm(contender)));
        cold("cold " + algorithm, new Requests("/api/items/42", all.subList(0, first)), WARMING);
        cold("cold " + algorithm + ", no assertion", new Requests("/unasserted/items/42", all.subList(first, all.size())), WARMING_AGAIN);
    }

    private void cold(String work, Requests requests, int warming) {
        int part = words.number("cold");
        contenders.forEach(contender -> ask(contender, requests.once(0, warming * part), Duration.ofMinutes(2)));
        measure(work, (contender, round) -> ask(contender, requests.once(part * (warming + round), part * (warming + round + 1)), Duration.ofMinutes(1)));
    }

    private void measure(String work, BiFunction<Contender, Integer, Round> asking) {
        Map<Contender, List<Figures>> figures = new LinkedHashMap<>();
        for (int i = 0; i < words.number("rounds"); i++) {
            int round = i;
            for (Contender contender : contenders) {
                figures.computeIfAbsent(contender, any -> new ArrayList<>()).add(Figures.of(contender, () -> asking.apply(contender, round)));
            }
        }
        Figures ours = Figures.medianOf(figures.get(contenders.getFirst()));
        figures.forEach((contender, all) -> tell(work, contender, Figures.medianOf(all), ours));
    }

    private void tell(String work, Contender contender, Figures median, Figures ours) {
        failed += median.failed();
        bars.add(work, contender.name(), median.micros());
        table.row(work, contender.name(), "%.1f".formatted(median.micros()), "%.0f".formatted(median.rate()), "%.2f".formatted(median.p50()),
                "%.2f".formatted(median.p99()), "%.0f".formatted(median.megabytes()), median.failed());
        if (contender != contenders.getFirst()) {
            ratios.row(work, contender.name(), "%.2f".formatted(ours.micros() / median.micros()), "%.2f".formatted(ours.p99() / median.p99()));
        }
        System.out.printf("%-27s %-10s %7.1f µs %7.0f requests/s, p50 %.2f ms, p99 %.2f ms, %.0f MB, %d failed%n", work, contender.name(),
                median.micros(), median.rate(), median.p50(), median.p99(), median.megabytes(), median.failed());
    }

    private Round ask(Contender contender, Supplier<byte[]> requests, Duration time) {
        return Client.ask(List.of(contender.port()), words.number("connections"), requests, time);
    }

    private Duration warm(Contender contender) {
        int seconds = words.number("warm");
        return Duration.ofSeconds(contender.virtualMachine() ? seconds : Math.min(3, seconds));
    }

    private List<String> users(Algorithm algorithm) {
        return users.computeIfAbsent(algorithm, each -> tokens.sign(each, 0, USERS));
    }
}
