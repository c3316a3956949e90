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
            return new Verdict.Proceed(new Ticket(subject, source, device.get().toString()), false);
        }
        return takeSource(source, subject).<Verdict>map(Verdict.Later::new)
                .orElseGet(() -> stranger(new Ticket(subject, source, "")));
    }

    /// Takes back what was counted for an attempt that succeeded.
    ///
    /// @param ticket of the attempt
    public void succeeded(Ticket ticket) {
        if (ticket.isTrusted()) {
            counters.clear(deviceKey(ticket.device()));
            return;
        }
        counters.clear(strangerKey(ticket.subject()));
        giveBackSource(ticket.source(), ticket.subject());
    }

    /// Forgets what strangers tried: the owner has proven in another way who they are.
    ///
    /// @param subject whose password it is
    public void forgive(String subject) {
        counters.clear(strangerKey(subject));
    }

    private Verdict stranger(Ticket ticket) {
        return switch (counters.reserve(strangerKey(ticket.subject()), strict ? Schedule.STRICT : Schedule.STRANGERS)) {
            case Slot.Granted(Duration wait, int _) when wait.isZero() -> new Verdict.Proceed(ticket, false);
            case Slot.Granted(Duration wait, int _) -> sleep(wait) ? new Verdict.Proceed(ticket, true) : new Verdict.Later(CROWDED);
            case Slot.Later(Duration retryAfter) -> new Verdict.Later(retryAfter);
            case Slot.Never() -> new Verdict.Hopeless();
        };
    }

    /// {@return how long the source has to wait, or empty where it was counted}
    private Optional<Duration> takeSource(Source source, String subject) {
        return counters.take("c:f:" + source.host(), HOST_FAILURES, WINDOW)
                .or(() -> counters.takeDistinct("c:a:" + source.host(), subject, HOST_ACCOUNTS, WINDOW))
                .or(() -> counters.take("c:f:" + source.network(), NETWORK_FAILURES, WINDOW))
                .or(() -> counters.takeDistinct("c:a:" + source.network(), subject, NETWORK_ACCOUNTS, WINDOW));
    }

    private void giveBackSource(Source source, String subject) {
        counters.giveBack("c:f:" + source.host());
        counters.giveBackDistinct("c:a:" + source.host(), subject);
        counters.giveBack("c:f:" + source.network());
        counters.giveBackDistinct("c:a:" + source.network(), subject);
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

    /// A wait, which tests need not wait for.
    interface Pause {

        /// Blocks.
        ///
        /// @return false where the thread was asked to stop
        boolean of(Duration wait);
    }
}
