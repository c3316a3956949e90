package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.throttle.Counters.Slot;
import dev.gatehouse.auth.throttle.KnownDevices.Attempt;
import dev.gatehouse.auth.throttle.Verdict.Source;
import dev.gatehouse.auth.throttle.Verdict.Ticket;

/// Decides when a password may be tried. Waits for its turn itself, holding nothing but its own virtual thread, and never for more than
/// ten seconds. Thread-safe.
public final class Throttle {

    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int HOST_FAILURES = 100;
    private static final int HOST_ACCOUNTS = 50;
    private static final int NETWORK_FAILURES = 500;
    private static final int NETWORK_ACCOUNTS = 250;
    private static final int ALARMING = 10;
    private static final int NAMES = 10;
    private static final int EXPORTS = 5;
    private static final int DENIALS = 60;
    private static final int DEVICE_NAMES = 60;
    private static final Duration NO_MORE_CODES = Duration.ofHours(1);
    private static final int SLEEPERS = 2000;
    private static final Duration CROWDED = Duration.ofSeconds(5);

    private final Counters counters;
    private final DeviceCookies cookies;
    private final KnownDevices known;
    private final Pause pause;
    private final boolean strict;
    private final Semaphore sleepers = new Semaphore(SLEEPERS);

    Throttle(Counters counters, DeviceCookies cookies, Pause pause, boolean strict) {
        this.counters = counters;
        this.cookies = cookies;
        this.known = new KnownDevices(counters);
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
                .or(() -> blocked(source, typed).map(Verdict.Later::new))
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
        ticket.known().ifPresentOrElse(known::succeeded, () -> forgive(ticket.subject(), ticket.typed()));
    }

    /// Counts a failure for where it came from.
    ///
    /// @param ticket of the attempt
    public void failed(Ticket ticket) {
        if (!ticket.ofKnownDevice() && !ticket.source().equals(Source.NONE)) {
            Source source = ticket.source();
            counters.take("c:f:" + source.host(), HOST_FAILURES, WINDOW);
            counters.takeDistinct("c:a:" + source.host(), ticket.typed(), HOST_ACCOUNTS, WINDOW);
            counters.take("c:f:" + source.network(), NETWORK_FAILURES, WINDOW);
            counters.takeDistinct("c:a:" + source.network(), ticket.typed(), NETWORK_ACCOUNTS, WINDOW);
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

    /// Takes back what was counted for an attempt for which nobody is to blame.
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
    /// @param typed the names under which it can be tried
    public void forgive(String subject, String... typed) {
        counters.clear(strangerKey(subject));
        Stream.of(typed).map(Throttle::paceKey).forEach(counters::clear);
    }

    /// Forgets what known devices tried: somebody has given the password and a second factor.
    ///
    /// @param subject whose password it is
    /// @param epoch the account's `session_epoch`
    public void forgiveDevices(String subject, int epoch) {
        counters.clear(devicesKey(subject, epoch));
    }

    /// Counts a code, apart from passwords: whoever shows one has given the right password already. Waits for nothing.
    ///
    /// @param subject whose code it should be, under a name that says nothing to others
    /// @param owner whose account is behind it
    /// @param cookie what a device showed, if anything: known devices have a count of their own, so that nobody else uses it up
    /// @return whether it may be looked at
    public CodeTurn beginCode(String subject, DeviceOwner owner, Optional<String> cookie) {
        Optional<Attempt> attempt = knownDeviceWithCode(subject, owner, cookie);
        if (attempt.isPresent()) {
            return new CodeTurn.Granted(subject, attempt, attempt.get().count() == ALARMING);
        }
        return switch (counters.reserve(codeKey(subject), Schedule.CODES)) {
            case Slot.Granted(_, int count) -> new CodeTurn.Granted(subject, Optional.empty(), count == ALARMING);
            case Slot.Later(Duration retryAfter) -> new CodeTurn.Later(retryAfter);
            case Slot.Never() -> new CodeTurn.Later(NO_MORE_CODES);
        };
    }

    /// Takes back what was counted for a code that was right, and for those before it.
    ///
    /// @param turn of the code
    public void codeAccepted(CodeTurn.Granted turn) {
        turn.known().ifPresentOrElse(known::succeeded, () -> counters.clear(codeKey(turn.subject())));
    }

    /// {@return what is counted against somebody, which counts nothing}
    ///
    /// @param subject whose password and codes they are
    /// @param typed the names under which the password can be tried
    public Standing standing(String subject, String... typed) {
        Counters.Tally passwords = counters.look(strangerKey(subject));
        Counters.Tally codes = counters.look(codeKey(subject));
        Duration wait = Stream.of(typed).map(name -> counters.look(paceKey(name)).left()).max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return new Standing(passwords.count(), wait, passwords.count() >= bound().most(), codes.count(), codes.left());
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
        return counters.take(minute(subject), 1, Duration.ofMinutes(1))
                .or(() -> counters.take(hour(subject), 5, Duration.ofHours(1)));
    }

    /// Forgets which mails were asked for.
    ///
    /// @param subject who got them
    public void forgetMails(String subject) {
        counters.clear(minute(subject));
        counters.clear(hour(subject));
    }

    /// {@return how long somebody has to wait who has tried too many other names: ten an hour, so that nobody asks for all there are}
    ///
    /// @param account of whoever wants another name
    public Optional<Duration> nameTried(UUID account) {
        return counters.take("n:" + account, NAMES, Duration.ofHours(1));
    }

    /// {@return how long somebody has to wait who has taken copies of their data: five an hour, each of which reads all that happened to them}
    ///
    /// @param account whose data it is
    public Optional<Duration> exported(UUID account) {
        return counters.take("e:" + account, EXPORTS, Duration.ofHours(1));
    }

    /// {@return how long somebody has to wait who has named devices: sixty an hour, each of which is written down for good}
    ///
    /// @param account whose devices they are
    public Optional<Duration> deviceNamed(UUID account) {
        return counters.take("v:" + account, DEVICE_NAMES, Duration.ofHours(1));
    }

    /// {@return how long somebody has to wait who has asked for what only administrators may do: sixty times an hour, each of which is written down
    /// for good}
    ///
    /// @param account of whoever may not
    public Optional<Duration> denied(UUID account) {
        return counters.take("x:" + account, DENIALS, Duration.ofHours(1));
    }

    private Verdict stranger(Ticket ticket) {
        return switch (counters.reserve(paceKey(ticket.typed()), strict ? Schedule.STRICT : Schedule.STRANGERS)) {
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
                ? new Verdict.Proceed(ticket, delay, count == (strict ? Schedule.STRICT.most() : ALARMING), count > ALARMING)
                : new Verdict.Hopeless(ticket, delay);
    }

    private Schedule bound() {
        return strict ? Schedule.STRICT : Schedule.BOUND;
    }

    /// {@return how long the source has to wait, if at all}
    private Optional<Duration> blocked(Source source, String typed) {
        return counters.full("c:f:" + source.host(), HOST_FAILURES)
                .or(() -> counters.fullDistinct("c:a:" + source.host(), typed, HOST_ACCOUNTS))
                .or(() -> counters.full("c:f:" + source.network(), NETWORK_FAILURES))
                .or(() -> counters.fullDistinct("c:a:" + source.network(), typed, NETWORK_ACCOUNTS));
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

    /// Codes are not: whoever reads the mails can have another password as often as they like, and the app stays the same.
    private Optional<Attempt> knownDeviceWithCode(String subject, DeviceOwner owner, Optional<String> cookie) {
        return cookies.device(cookie, owner).flatMap(device -> known.begin("d:" + device, "all:d:" + subject));
    }

    private static String minute(String subject) {
        return "m:1:" + subject;
    }

    private static String hour(String subject) {
        return "m:5:" + subject;
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
        /// @param subject whose code it should be
        /// @param known what was counted for a known device, where it was one
        /// @param alarming whether its failure is the one to tell the owner of
        record Granted(String subject, Optional<Attempt> known, boolean alarming) implements CodeTurn {}

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
