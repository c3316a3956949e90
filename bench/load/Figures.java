package load;

import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What one round, or the median of several, says of a gateway.
///
/// @param micros of the processor for a request, user and system, by the gateway's process
/// @param rate answers in a second
/// @param p50 milliseconds that half of the answers took at most
/// @param p99 milliseconds that all but one of a hundred took at most
/// @param megabytes resident
/// @param failed requests, of all rounds
public record Figures(double micros, double rate, double p50, double p99, double megabytes, long failed) {

    /// Asks, and counts what that took.
    public static Figures of(Contender contender, Supplier<Round> asking) {
        long cpu = contender.cpu().toNanos();
        Round round = asking.get();
        double micros = (contender.cpu().toNanos() - cpu) / 1000.0 / Math.max(1, round.good() + round.failed());
        return new Figures(micros, round.rate(), round.latencies().millis(0.5), round.latencies().millis(0.99), contender.residentMegabytes(),
                round.failed());
    }

    /// Each figure's median by itself; failures are summed up.
    public static Figures medianOf(List<Figures> rounds) {
        return new Figures(median(rounds, Figures::micros), median(rounds, Figures::rate), median(rounds, Figures::p50),
                median(rounds, Figures::p99), median(rounds, Figures::megabytes), rounds.stream().mapToLong(Figures::failed).sum());
    }

    private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
        return figure.applyAsDouble(rounds.stream().sorted(Comparator.comparingDouble(figure)).toList().get(rounds.size() / 2));
    }
}
