package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import dev.gatehouse.auth.counting.Counters;

/// Bounds what is no guess, but costs something each time. Waits for nothing. Thread-safe.
public final class Quotas {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MAILS = 5;

    private final Counters counters;

    Quotas(Counters counters) {
        this.counters = counters;
    }

    /// {@return how long an account has to wait that has had all of an hour; empty where there was one left, which is used up now}
    ///
    /// @param quota of what
    /// @param account whose
    public Optional<Duration> take(Quota quota, UUID account) {
        return counters.take(quota.prefix + account, quota.most, HOUR);
    }

    /// {@return whether another mail may be asked for: one a minute and five an hour}
    ///
    /// @param subject who gets it, and in front of that what for: what others can bring about never uses up what an owner asks for
    public boolean mayMail(String subject) {
        return nextMail(subject).isEmpty();
    }

    /// {@return how long it takes until another mail may be asked for; empty where this one may}
    ///
    /// @param subject who gets it
    public Optional<Duration> nextMail(String subject) {
        return counters.take(minute(subject), 1, MINUTE).or(() -> counters.take(hour(subject), MAILS, HOUR));
    }

    /// Forgets which mails were asked for.
    ///
    /// @param subject who got them
    public void forgetMails(String subject) {
        counters.clear(minute(subject));
        counters.clear(hour(subject));
    }

    static String minute(String subject) {
        return "m:1:" + subject;
    }

    private static String hour(String subject) {
        return "m:5:" + subject;
    }

    /// What an account may have so often in an hour.
    public enum Quota {
        /// Another name, looked up: so that nobody asks for all there are.
        NAME("n:", 10),
        /// A copy of its data, for which all that happened to it is read.
        EXPORT("e:", 5),
        /// A name for a device, which is written down for good.
        DEVICE_NAME("v:", 60),
        /// News about it by mail, as long as the address may be a stranger's: so that nobody fills a mailbox with them.
        NEWS("w:", 10),
        /// A refusal of what only administrators may do, which is written down for good.
        DENIAL("x:", 60);

        private final String prefix;
        private final int most;

        Quota(String prefix, int most) {
            this.prefix = prefix;
            this.most = most;
        }
    }
}
