package scale;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import load.Contender;
import load.Crowd;
import load.Gatehouse;
import load.Requests;
import load.Trouble;

/// One gateway with 128 MB of heap: 64 connections work, ever more others have asked once and stay.
public final class Connections {

    private static final int WORKING = 64;

    private Connections() {}

    /// Measures and reports.
    public static void run(Scaling scaling) {
        List<Integer> counts = scaling.words().numbers("connections");
        Gatehouse gatehouse = scaling.site().gatehouse(false);
        Contender contender = scaling.site().ready(gatehouse.start("connections", gatehouse.routes(scaling.site().backend().port()),
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
                Map.of("GATEHOUSE_MAX_CONNECTIONS", "" + (counts.getLast() + 100),
                        "GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", "" + (counts.getLast() + 100), "GATEHOUSE_IDLE_TIMEOUT", "10m")));
        Supplier<byte[]> requests = new Requests("/api/items/42", scaling.users()).overAndOver();
        Scaling.ask(contender, requests, scaling.warmUp());
        Growth growth = new Growth("connections");
        long lost = 0;
        try (Crowd crowd = new Crowd(contender.port())) {
            for (int count : counts) {
                lost += crowd.growTo(count - WORKING, requests);
                growth.add(count, scaling.measure(contender, requests), contender.heapMegabytes(scaling.site().programs()));
            }
            lost += crowd.ask(requests);
        } catch (IOException e) {
            throw new Trouble("cannot open so many connections: " + e.getMessage() + "; `ulimit -n` has to be above " + (counts.getLast() + 500));
        }
        scaling.site().programs().end(contender.process());
        scaling.tell(growth);
        scaling.bar("128 MB of heap are enough for the hot work with %,d connections".formatted(counts.getLast()), growth.failed() + lost == 0,
                "%d requests failed, %d of the waiting connections were lost".formatted(growth.failed(), lost));
    }
}
