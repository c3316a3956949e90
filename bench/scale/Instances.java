package scale;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import load.Client;
import load.Contender;
import load.Figures;
import load.Gatehouse;
import load.Requests;
import load.Round;

/// Gateways that count one limit together in one Redis, all asked at the same time.
public final class Instances {

    private static final List<String> HEAP = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC");

    private Instances() {}

    /// Measures and reports; says so where there is no Redis.
    public static void run(Scaling scaling) {
        if (scaling.site().redis().isEmpty()) {
            scaling.report().say("Instances: not measured, there is no redis-server on the path.");
            return;
        }
        Contender redis = scaling.site().redis().get();
        Gatehouse gatehouse = scaling.site().gatehouse(true);
        Supplier<byte[]> requests = new Requests("/limited/items/42", scaling.users()).overAndOver();
        List<Contender> fleet = new ArrayList<>();
        Growth growth = new Growth("instances");
        StringBuilder counting = new StringBuilder();
        for (int count : scaling.words().numbers("instances")) {
            while (fleet.size() < count) {
                Contender one = gatehouse.start("instance-" + fleet.size(), gatehouse.routes(scaling.site().backend().port()), HEAP, Map.of());
                Scaling.ask(scaling.site().ready(one), requests, scaling.warmUp());
                fleet.add(one);
            }
            long before = redis.cpu().toMillis();
            List<Figures> rounds = new ArrayList<>();
            double answers = 0;
            for (int i = 0; i < scaling.words().number("rounds"); i++) {
                rounds.add(round(fleet, requests, Duration.ofSeconds(scaling.words().number("seconds"))));
                answers += rounds.getLast().rate() * scaling.words().number("seconds");
            }
            growth.add(count, Figures.medianOf(rounds), fleet.getFirst().heapMegabytes(scaling.site().programs()));
            counting.append(" %.2f µs with %d".formatted((redis.cpu().toMillis() - before) * 1000 / answers, count));
        }
        fleet.forEach(one -> scaling.site().programs().end(one.process()));
        scaling.tell(growth);
        scaling.report().say("Memory is that of one of them. Redis itself takes for a request:" + counting + ".");
    }

    private static Figures round(List<Contender> fleet, Supplier<byte[]> requests, Duration time) {
        long cpu = cpu(fleet);
        Round round = Client.ask(fleet.stream().map(Contender::port).toList(), 64, requests, time);
        double micros = (cpu(fleet) - cpu) / 1000.0 / Math.max(1, round.good() + round.failed());
        return new Figures(micros, round.rate(), round.latencies().millis(0.5), round.latencies().millis(0.99),
                fleet.getFirst().residentMegabytes(), round.failed());
    }

    private static long cpu(List<Contender> fleet) {
        return fleet.stream().mapToLong(one -> one.cpu().toNanos()).sum();
    }
}
