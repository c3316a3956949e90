package scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import load.Contender;
import load.Figures;
import load.Gatehouse;
import load.Requests;
import load.Trouble;

/// Gateways with few and with many routes, asked in turns; every request goes to another of their routes.
public final class Routes {

    private Routes() {}

    /// Measures and reports.
    public static void run(Scaling scaling) {
        Gatehouse gatehouse = scaling.site().gatehouse(false);
        List<String> users = scaling.users();
        Map<Integer, Contender> contenders = new LinkedHashMap<>();
        Map<Integer, Supplier<byte[]>> requests = new LinkedHashMap<>();
        for (int count : scaling.words().numbers("routes")) {
            contenders.put(count, gatehouse.start("routes-" + count, file(scaling, gatehouse, count), Gatehouse.HEAP, Map.of()));
            requests.put(count, new Requests(users, i -> path(Math.floorMod(i * 7919L, count)) + "/items/42").overAndOver());
        }
        contenders.values().forEach(scaling.site()::ready);
        contenders.forEach((count, contender) -> Scaling.ask(contender, requests.get(count), scaling.warmUp()));
        Map<Integer, List<Figures>> figures = new LinkedHashMap<>();
        for (int i = 0; i < scaling.words().number("rounds"); i++) {
            contenders.forEach((count, contender) -> figures.computeIfAbsent(count, any -> new ArrayList<>())
                    .add(scaling.round(contender, requests.get(count))));
        }
        Growth growth = new Growth("routes");
        contenders.forEach((count, contender) -> {
            growth.add(count, Figures.medianOf(figures.get(count)), contender.heapMegabytes(scaling.site().programs()));
            scaling.site().programs().end(contender.process());
        });
        scaling.tell(growth);
        scaling.bar("the most routes cost no more per request than the fewest, ± 5 %", growth.ratio() <= 1.05,
                "%.2f".formatted(growth.ratio()));
    }

    /// Those of `bench/routes.yml` are needed by nobody here but the first question.
    private static Path file(Scaling scaling, Gatehouse gatehouse, int count) {
        int backend = scaling.site().backend().port();
        try {
            StringBuilder yaml = new StringBuilder(Files.readString(gatehouse.routes(backend)));
            for (int i = 0; i < count; i++) {
                yaml.append("\n  - { id: service-%d, match: { path: %s/** }, upstream: \"http://127.0.0.1:%d\", access: signed-in }".formatted(i,
                        path(i), backend));
            }
            return Files.writeString(scaling.site().programs().folder().resolve("routes-" + count + ".yml"), yaml.append('\n')).toAbsolutePath();
        } catch (IOException e) {
            throw new Trouble("cannot write routes: " + e.getMessage());
        }
    }

    private static String path(int route) {
        return "/group-" + route % 100 + "/service-" + route;
    }
}
