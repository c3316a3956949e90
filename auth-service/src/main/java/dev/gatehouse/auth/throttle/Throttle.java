package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import dev.gatehouse.auth.throttle.Counters.Slot;
import dev.gatehouse.auth.throttle.Verdict.Source;
import dev.gatehouse.auth.throttle.Verdict.Ticket;

/// Decides when a password may be tried. Waits for its turn itself, holding nothing but its own virtual thread, and never for more than
/// ten seconds. Thread-safe.
public final class Throttle {

    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int DEVICE = 10;
    private static final int HOST_FAILURES = 100;
    private static final int HOST_ACCOUNTS = 50;
    private static final int NETWORK_FAILURES = 500;
    private static final int NETWORK_ACCOUNTS = 250;
    private static final int ALARMING = 10;
    private static final int NAMES = 10;
    private static final Duration NO_MORE_CODES = Duration.ofHours(1);
    private static final int SLEEPERS = 2000;
    private static final Duration CROWDED = Duration.ofSeconds(5);

    private final Counters counters;
    private final DeviceCookies cookies;
    private final Pause pause;
    private final boolean strict;
    private final Semaphore sleepers = new Semaphore(SLEEPERS);

    Throttle(Counters counters, DeviceCookies cookies, Pause pause, boolean strict) {
        this.counters = counters;
        this.cookies = cookies;
        this.pause = pause;
        this.strict = strict;
    }

    /// Counts an attempt and waits until it may be made.
    ///
    /// @param subject whose password is tried, under a name that says nothing to others
    /// @param account the id behind it, where there is one
    /// @param address where the attempt comes from
    /// @param cookie what a device showed, if anything
    /// @return whether it may be made
    public Verdict begin(String subject, Optional<UUID> account, String address, Optional<String> cookie) {
        Source source = Source.of(address);
        Optional<UUID> device = strict ? Optional.empty() : account.flatMap(id -> cookies.device(cookie, id));
        if (device.isPresent() && counters.take(deviceKey(device.get().toString()), DEVICE, WINDOW).isEmpty()) {
            return new Verdict.Proceed(new Ticket(subject, source, device.get().toString()), Duration.ZERO, false, false);
        }
        return blocked(source, subject).<Verdict>map(Verdict.Later::new)
                .orElseGet(() -> stranger(new Ticket(subject, source, "")));
    }

    /// The same for whoever has proven before who they are: where the attempt comes from plays no part, so that nobody else is in their way.
    ///
    /// @param subject of which they are the only ones to try, under a name that says nothing to others
    /// @return whether it may be made
    public Verdict beginKnown(String subject) {
        return stranger(new Ticket(subject, Source.NONE, ""));
    }

    /// Takes back what was counted for an attempt that succeeded, and for those before it.
    ///
    /// @param ticket of the attempt
    public void succeeded(Ticket ticket) {
        counters.clear(ticket.isTrusted() ? deviceKey(ticket.device()) : strangerKey(ticket.subject()));
    }

    /// Counts a failure for where it came from.
    ///
    /// @param ticket of the attempt
    public void failed(Ticket ticket) {
        if (!ticket.isTrusted() && !ticket.source().equals(Source.NONE)) {
            Source source = ticket.source();
            counters.take("c:f:" + source.host(), HOST_FAILURES, WINDOW);
            counters.takeDistinct("c:a:" + source.host(), ticket.subject(), HOST_ACCOUNTS, WINDOW);
            counters.take("c:f:" + source.network(), NETWORK_FAILURES, WINDOW);
            counters.takeDistinct("c:a:" + source.network(), ticket.subject(), NETWORK_ACCOUNTS, WINDOW);
        }
    }

    /// Takes back what was counted for an attempt that could not be looked at, for which nobody is to blame.
    ///
    /// @param ticket of the attempt
    public void withdrawn(Ticket ticket) {
        if (ticket.isTrusted()) {
            counters.giveBack(deviceKey(ticket.device()));
        } else {
            counters.unreserve(strangerKey(ticket.subject()));
        }
    }

    /// Forgets what strangers tried: the owner has proven in another way who they are.
    ///
    /// @param subject whose password it is
    public void forgive(String subject) {
        counters.clear(strangerKey(subject));
    }

    /// Counts a code, apart from passwords: whoever shows one has given the right password already. Waits for nothing.
    ///
    /// @param subject whose code it should be, under a name that says nothing to others
    /// @param account the id behind it
    /// @param cookie what a device showed, if anything: known devices have a count of their own, so that nobody else uses it up
    /// @return whether it may be looked at
    public CodeTurn beginCode(String subject, UUID account, Optional<String> cookie) {
        Optional<String> device = cookies.device(cookie, account).map(id -> codeKey(id.toString()));
        if (device.isPresent() && counters.take(device.get(), DEVICE, WINDOW).isEmpty()) {
            return new CodeTurn.Granted(device.get(), false);
        }
        return switch (counters.reserve(codeKey(subject), Schedule.CODES)) {
            case Slot.Granted(_, int count) -> new CodeTurn.Granted(codeKey(subject), count == ALARMING);
            case Slot.Later(Duration retryAfter) -> new CodeTurn.Later(retryAfter);
            case Slot.Never() -> new CodeTurn.Later(NO_MORE_CODES);
        };
    }

    /// Takes back what was counted for a code that was right, and for those before it.
    ///
    /// @param turn of the code
    public void codeAccepted(CodeTurn.Granted turn) {
        counters.clear(turn.key());
    }

    /// {@return what is counted against somebody, which counts nothing}
    ///
    /// @param subject whose password and codes they are
    public Standing standing(String subject) {
        Counters.Tally passwords = counters.look(strangerKey(subject));
        Counters.Tally codes = counters.look(codeKey(subject));
        return new Standing(passwords.count(), passwords.left(),
                passwords.count() >= (strict ? Schedule.STRICT : Schedule.STRANGERS).most(), codes.count(), codes.left());
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
        return counters.take("m:1:" + subject, 1, Duration.ofMinutes(1))
                .or(() -> counters.take("m:5:" + subject, 5, Duration.ofHours(1)));
    }

    /// {@return how long somebody has to wait who has tried too many other names: ten an hour, so that nobody asks for all there are}
    ///
    /// @param account of whoever wants another name
    public Optional<Duration> nameTried(UUID account) {
        return counters.take("n:" + account, NAMES, Duration.ofHours(1));
    }

    private Verdict stranger(Ticket ticket) {
        return switch (counters.reserve(strangerKey(ticket.subject()), strict ? Schedule.STRICT : Schedule.STRANGERS)) {
            case Slot.Granted(Duration delay, int count) -> delay.isZero() || sleep(delay)
                    ? new Verdict.Proceed(ticket, delay, count == (strict ? Schedule.STRICT.most() : ALARMING),
                            count > ALARMING)
                    : new Verdict.Later(CROWDED);
            case Slot.Later(Duration retryAfter) -> new Verdict.Later(retryAfter);
            case Slot.Never() -> new Verdict.Hopeless(ticket);
        };
    }

    /// {@return how long the source has to wait, if at all}
    private Optional<Duration> blocked(Source source, String subject) {
        return counters.full("c:f:" + source.host(), HOST_FAILURES)
                .or(() -> counters.fullDistinct("c:a:" + source.host(), subject, HOST_ACCOUNTS))
                .or(() -> counters.full("c:f:" + source.network(), NETWORK_FAILURES))
                .or(() -> counters.fullDistinct("c:a:" + source.network(), subject, NETWORK_ACCOUNTS));
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

    private static String deviceKey(String device) {
        return "a:" + device;
    }

    private static String strangerKey(String subject) {
        return "b:" + subject;
    }

    private static String codeKey(String subject) {
        return "d:" + subject;
    }

    /// What is counted against an account. Known devices have counts of their own.
    ///
    /// @param passwords attempts of strangers since the last success
    /// @param passwordWait until the next
    /// @param hopeless whether the right password does not help a stranger
    /// @param codes attempts of second factors since the last success
    /// @param codeWait until the next
    public record Standing(int passwords, Duration passwordWait, boolean hopeless, int codes, Duration codeWait) {}

    /// What becomes of a code.
    public sealed interface CodeTurn {

        /// It may be looked at.
        ///
        /// @param key under which it is counted
        /// @param alarming whether its failure is the one to tell the owner of
        record Granted(String key, boolean alarming) implements CodeTurn {}

        /// Not now.
        ///
        /// @param retryAfter when
        record Later(Duration retryAfter) implements CodeTurn {}
    }

    /// A wait, which tests need not wait for.
    interface Pause {

        /// Blocks.
        ///
        /// @return false where the thread was asked to stop
        boolean of(Duration wait);
    }
}
