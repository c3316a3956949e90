package dev.gatehouse.gateway.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.routes.Routes;

/// What to do with a change of `routes.yml` that lets in more than before. Thread-safe if the comparison is.
///
/// @param comparison says in a sentence each what the second routes let in that the first do not; empty when there is nothing
/// @param refuse whether such a change is not put in place
public record WideningPolicy(BiFunction<Routes, Routes, List<String>> comparison, boolean refuse) {

    /// Every change is as good as another.
    public static final WideningPolicy NONE = new WideningPolicy((_, _) -> List.of(), false);

    private static final Logger log = LoggerFactory.getLogger(WideningPolicy.class);

    private static final int MOST = 20;

    /// Refuses an absent comparison.
    public WideningPolicy {
        Objects.requireNonNull(comparison, "comparison");
    }

    /// Compares; a comparison that fails counts as wider. A long list is cut.
    List<String> widenings(Routes before, Routes now) {
        try {
            List<String> all = comparison.apply(before, now);
            if (all.size() <= MOST) {
                return all;
            }
            List<String> first = new ArrayList<>(all.subList(0, MOST));
            first.add("and " + (all.size() - MOST) + " more; routes diff of the two files lists them all");
            return first;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) { // said apart from whether the file is in place
            log.error("The new routes could not be compared with those in place", e);
            return List.of("the new routes could not be compared, so access is taken as wider");
        }
    }
}
