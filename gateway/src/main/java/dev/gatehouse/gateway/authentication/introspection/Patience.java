package dev.gatehouse.gateway.authentication.introspection;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether an issuer is asked at all: after [#FAILURES] silences in a row it is left alone, then tried with one question at a time, after pauses that grow
/// from a second to half a minute. Any answer, however bad, shows that it can be reached and ends that. Thread-safe.
final class Patience {

    static final int FAILURES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Clock clock;
    private int failures;
    private boolean trying;
    private Duration pause = FIRST_PAUSE;
    private Instant until = Instant.EPOCH;

    Patience(Clock clock) {
        this.clock = clock;
    }

    /// Leave to ask. Whoever gets it says afterwards what came of it.
    synchronized Leave leave() {
        if (failures < FAILURES) {
            return Leave.GRANTED;
        }
        if (trying || clock.instant().isBefore(until)) {
            return Leave.REFUSED;
        }
        trying = true;
        return Leave.ON_TRIAL;
    }

    /// Whether a leave that was granted before still holds; the issuer may have been given up meanwhile.
    synchronized boolean holds(Leave leave) {
        return leave == Leave.ON_TRIAL || failures < FAILURES;
    }

    /// It was not asked after all, so there is nothing to learn from.
    synchronized void waived(Leave leave) {
        trying = trying && leave != Leave.ON_TRIAL;
    }

    /// There was an answer.
    synchronized void answered() {
        failures = 0;
        trying = false;
        pause = FIRST_PAUSE;
    }

    /// There was none. Those that were asked before the issuer was given up change nothing any more.
    ///
    /// @return whether the issuer is given up by this
    synchronized boolean missed(Leave leave) {
        if (leave == Leave.ON_TRIAL) {
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
            trying = false;
        } else if (failures >= FAILURES || ++failures < FAILURES) {
            return false;
        }
        until = clock.instant().plus(pause);
        return leave == Leave.GRANTED;
    }

    /// Until when it is left alone; empty while it is asked.
    synchronized Optional<Instant> leftAloneUntil() {
        return failures < FAILURES ? Optional.empty() : Optional.of(until);
    }

    /// What becomes of a question.
    enum Leave {
        /// It may be asked.
        GRANTED,
        /// It may be asked, to find out whether the issuer answers again.
        ON_TRIAL,
        /// It may not be asked.
        REFUSED
    }
}
