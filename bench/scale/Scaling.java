package scale;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import load.Arguments;
import load.Contender;
import load.Figures;
import load.Round;
import load.Site;
import load.Tokens.Algorithm;
import report.Report;

/// What the parts of a scale test share: the surroundings, how long they ask, where they report, and which bars were missed. Not thread-safe.
///
/// @param site around the gateways
/// @param words what whoever started it said
/// @param report where figures go
/// @param missed bars, and requests that failed
public record Scaling(Site site, Arguments words, Report report, List<String> missed) {

    /// Starts the surroundings.
    public static Scaling begin(Path folder, Arguments words) {
        Site site = Site.at(folder, 0);
        return new Scaling(site, words, new Report(folder, "scale", "What a request costs as things grow"), new ArrayList<>());
    }

    /// Tokens of 1,000 users.
    List<String> users() {
        return site.tokens().sign(Algorithm.RS256, 0, 1000);
    }

    Duration warmUp() {
        return Duration.ofSeconds(words.number("warm"));
    }

    /// The median of the rounds.
    Figures measure(Contender contender, Supplier<byte[]> requests) {
        List<Figures> rounds = new ArrayList<>();
        for (int i = 0; i < words.number("rounds"); i++) {
            rounds.add(round(contender, requests));
        }
        return Figures.medianOf(rounds);
    }

    Figures round(Contender contender, Supplier<byte[]> requests) {
        return Figures.of(contender, () -> ask(contender, requests, Duration.ofSeconds(words.number("seconds"))));
    }

    static Round ask(Contender contender, Supplier<byte[]> requests, Duration time) {
        return Site.ask(contender, requests, time);
    }

    void tell(Growth growth) {
        growth.tell(report);
        if (growth.failed() > 0) {
            missed.add(growth.failed() + " requests failed");
        }
    }

    /// Says whether a bar is met.
    void bar(String bar, boolean met, String figure) {
        report.say("Bar: " + bar + ": **" + (met ? "met" : "not met") + "** (" + figure + ").");
        if (!met) {
            missed.add(bar);
        }
    }
}
