package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import dev.gatehouse.auth.counting.Counters;
import dev.gatehouse.auth.counting.Counters.Slot;
import dev.gatehouse.auth.counting.Schedule;
import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.throttle.KnownDevices.Attempt;
import dev.gatehouse.auth.throttle.Verdict.Source;
import dev.gatehouse.auth.throttle.Verdict.Ticket;

/// Decides when a password may be tried. Waits for its turn itself, holding nothing but its own virtual thread, and never for more than
/// ten seconds. Thread-safe.
public final class Throttle {

    static final int ALARMING = 10;

    private static final int SLEEPERS = 2000;
    private static final Duration CROWDED = Duration.ofSeconds(5);

    private final Counters counters;
    private final DeviceCookies cookies;
    private final KnownDevices known;
    private final Sources sources;
    private final Pause pause;
    private final boolean strict;
    private final Semaphore sleepers = new Semaphore(SLEEPERS);

    Throttle(Counters counters, DeviceCookies cookies, Pause pause, boolean strict) {
        this.counters = counters;
        this.cookies = cookies;
        this.known = new KnownDevices(counters);
        this.sources = new Sources(counters);
        this.pause = pause;
        this.strict = strict;
    }

    /// Counts an attempt and waits until it may be made.
    ///
    /// @param subject whose password is tried, under a name that says nothing to others
    /// @param typed the name that was typed, likewise: delays and sources are counted for that, so that nobody learns which names are the same's
    /// @param owner whose account is behind it, where there is one
    /// @param address where the attempt comes from
    /// @param cookie what a device showed, if anything
    /// @return whether it may be made
    public Verdict begin(String subject, String typed, Optional<DeviceOwner> owner, String address, Optional<String> cookie) {
        Source source = Source.of(address);
        return (strict ? Optional.<Attempt>empty() : owner.flatMap(account -> knownDevice(subject, account, cookie)))
                .<Verdict>map(attempt -> new Verdict.Proceed(new Ticket(subject, typed, source, Optional.of(attempt)),
                        Duration.ZERO, attempt.count() == ALARMING, false))
                .or(() -> sources.blocked(source, typed).map(Verdict.Later::new))
                .orElseGet(() -> stranger(new Ticket(subject, typed, source, Optional.empty())));
    }

    /// The same for whoever has proven before who they are: where the attempt comes from plays no part, so that nobody else is in their way.
    ///
    /// @param subject of which they are the only ones to try, under a name that says nothing to others
    /// @return whether it may be made
    public Verdict beginKnown(String subject) {
        return stranger(new Ticket(subject, subject, Source.NONE, Optional.empty()));
    }

    /// Takes back what was counted for an attempt that succeeded, and for those before it.
    ///
    /// @param ticket of the attempt
    public void succeeded(Ticket ticket) {
        ticket.known().ifPresentOrElse(known::succeeded, () -> forgive(new Subject(ticket.subject(), List.of(ticket.typed()))));
    }

    /// Counts a failure for where it came from.
    ///
    /// @param ticket of the attempt
    public void failed(Ticket ticket) {
        if (!ticket.ofKnownDevice() && !ticket.source().equals(Source.NONE)) {
            sources.failed(ticket.source(), ticket.typed());
        }
    }

    /// {@return what comes of looking at an attempt; where that fails, as in a busy service, it does not count}
    ///
    /// @param ticket of the attempt
    /// @param look at it
    /// @param <T> what comes of it
    public <T> T look(Ticket ticket, Supplier<T> look) {
        try {
            return look.get();
        } catch (RuntimeException notLookedAt) {
            withdrawn(ticket);
            throw notLookedAt;
        }
    }

    /// Takes back what was counted for an attempt that was no failure, and keeps those before it: nobody could look at it, or its password was
    /// right and a second factor is still asked for.
    ///
    /// @param ticket of the attempt
    public void withdrawn(Ticket ticket) {
        ticket.known().ifPresentOrElse(known::withdrawn, () -> {
            counters.unreserve(strangerKey(ticket.subject()));
            counters.unreserve(paceKey(ticket.typed()));
        });
    }

    /// Forgets what strangers tried: the owner has proven in another way who they are.
    ///
    /// @param subject whose password it is
    public void forgive(Subject subject) {
        counters.clear(strangerKey(subject.account()));
        subject.typed().forEach(typed -> counters.clear(paceKey(typed)));
    }

    /// Forgets what known devices tried: somebody has given the password and a second factor.
    ///
    /// @param subject whose password it is
    /// @param epoch the account's `session_epoch`
    public void forgiveDevices(Subject subject, int epoch) {
        counters.clear(devicesKey(subject.account(), epoch));
    }

    /// {@return what is counted against somebody, which counts nothing}
    ///
    /// @param subject whose password and codes they are
    public Standing standing(Subject subject) {
        Counters.Tally passwords = counters.look(strangerKey(subject.account()));
        Counters.Tally codes = counters.look(Codes.key(subject.account()));
        Duration wait = subject.typed().stream().map(name -> counters.look(paceKey(name)).left()).max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return new Standing(passwords.count(), wait, passwords.count() >= bound().most(), codes.count(), codes.left());
    }

    private Verdict stranger(Ticket ticket) {
        return switch (counters.reserve(paceKey(ticket.typed()), strict ? Schedules.STRICT : Schedules.STRANGERS)) {
            case Slot.Granted(Duration delay, _) -> stranger(ticket, delay);
            case Slot.Later(Duration retryAfter) -> new Verdict.Later(retryAfter);
            case Slot.Never() -> new Verdict.Hopeless(ticket, Duration.ZERO);
        };
    }

    /// What is hopeless waits as well, as it would for a name that nobody has.
    private Verdict stranger(Ticket ticket, Duration delay) {
        Slot slot = counters.reserve(strangerKey(ticket.subject()), bound());
        if (!delay.isZero() && !sleep(delay)) {
            counters.unreserve(paceKey(ticket.typed()));
            if (slot instanceof Slot.Granted) { // what was not counted must not be taken back
                counters.unreserve(strangerKey(ticket.subject()));
            }
            return new Verdict.Later(CROWDED);
        }
        return slot instanceof Slot.Granted(_, int count)
                ? new Verdict.Proceed(ticket, delay, count == (strict ? Schedules.STRICT.most() : ALARMING), count > ALARMING)
                : new Verdict.Hopeless(ticket, delay);
    }

    private Schedule bound() {
        return strict ? Schedules.STRICT : Schedules.HUNDRED;
    }

    private boolean sleep(Duration wait) {
        if (!sleepers.tryAcquire()) {
            return false;
        }
        try {
            return pause.of(wait);
        } finally {
            sleepers.release();
        }
    }

    /// All devices of an account are counted anew once another password makes guesses at the old one worth nothing.
    private Optional<Attempt> knownDevice(String subject, DeviceOwner owner, Optional<String> cookie) {
        return cookies.device(cookie, owner)
                .flatMap(device -> known.begin("a:" + device, devicesKey(subject, owner.epoch())));
    }

    private static String strangerKey(String subject) {
        return "b:" + subject;
    }

    private static String paceKey(String typed) {
        return "p:" + typed;
    }

    private static String devicesKey(String subject, int epoch) {
        return "all:a:" + subject + ":" + epoch;
    }

    /// What is counted against an account. Known devices have counts of their own.
    ///
    /// @param passwords attempts of strangers since the last success
    /// @param passwordWait until the next
    /// @param hopeless whether the right password does not help a stranger
    /// @param codes attempts of second factors since the last success
    /// @param codeWait until the next
    public record Standing(int passwords, Duration passwordWait, boolean hopeless, int codes, Duration codeWait) {}

    /// A wait, which tests need not wait for.
    interface Pause {

        /// Blocks.
        ///
        /// @return false where the thread was asked to stop
        boolean of(Duration wait);
    }
}
