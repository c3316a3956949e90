package dev.gatehouse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import static org.assertj.core.api.Assertions.assertThat;

/// What a decision costs in memory, beside what it cost when `bench/results/decisions.csv` was written. Memory, because time says little on a machine that others use.
/// With `-Ddecisions.write=true` it measures longer, times too, and writes that file anew.
@Tag("slow")
class DecisionCostIT {

    private static final Path KNOWN = Path.of("..", "bench", "results", "decisions.csv");
    private static final String HEAD = "decision,octets each,nanoseconds each";
    private static final double GROSS = 2;
    // Below this a single object more would look gross.
    private static final double SMALL = 64;

    @Test
    @DisabledIfSystemProperty(named = "decisions.write", matches = "true")
    void noDecisionTakesTwiceTheMemory() throws Exception {
        Map<String, Double> before = Files.readAllLines(KNOWN).stream().skip(1).map(line -> line.split(",", -1))
                .collect(Collectors.toMap(row -> row[0], row -> Double.valueOf(row[1])));
        Map<String, Cost> now = measure(300);
        assertThat(now).hasSameSizeAs(before);
        now.forEach((decision, cost) -> assertThat(cost.octets()).as("octets of %s, which were %s", decision, before.get(decision))
                .isLessThanOrEqualTo(Math.max(SMALL, before.get(decision) * GROSS)));
    }

    @Test
    @EnabledIfSystemProperty(named = "decisions.write", matches = "true")
    void writesWhatDecisionsCost() throws IOException, RunnerException {
        List<String> lines = new ArrayList<>(List.of(HEAD));
        measure(2000).forEach((decision, cost) -> lines
                .add(String.format(Locale.ROOT, "%s,%.0f,%.0f", decision, cost.octets(), cost.nanoseconds())));
        Files.write(KNOWN, lines);
    }

    private static Map<String, Cost> measure(int millis) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder().include("dev\\.gatehouse\\.bench\\..*")
                .mode(Mode.AverageTime).timeUnit(TimeUnit.NANOSECONDS).addProfiler(GCProfiler.class).forks(1).threads(1)
                .jvmArgs("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
                .warmupIterations(5).warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(3).measurementTime(TimeValue.milliseconds(millis)).shouldFailOnError(true).build()).run();
        Map<String, Cost> costs = new TreeMap<>();
        results.forEach(result -> costs.put(name(result), new Cost(
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore(), result.getPrimaryResult().getScore())));
        return costs;
    }

    private static String name(RunResult result) {
        String full = result.getParams().getBenchmark();
        String method = full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1);
        return result.getParams().getParamsKeys().stream().map(key -> " " + result.getParams().getParam(key) + ' ' + key)
                .collect(Collectors.joining("", method, ""));
    }

    private record Cost(double octets, double nanoseconds) {}
}
