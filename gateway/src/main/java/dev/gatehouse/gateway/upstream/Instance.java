package dev.gatehouse.gateway.upstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// One instance of an upstream as requests leave it behind: how many are under way, how the last ones ended, whether it gets more. Thread-safe.
public final class Instance {

    /// How many failures in a row put it out.
    static final int FAILURES = 5;

    private static final long OUT_FOR = Duration.ofSeconds(30).toMillis();
    private static final int LONGEST = 10;
    private static final long FORGIVEN_AFTER = Duration.ofMinutes(5).toMillis();
    private static final long SLOW_START = Duration.ofSeconds(30).toMillis();
    // Of its share, so that it gets requests at all.
    private static final int FIRST_PERCENT = 10;

    private final String upstream;
    private final String id;
    private final String address;
    private final long seed;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder attempts = new LongAdder();
    private volatile long ejectedUntil;
    private volatile long restsUntil;
    private volatile long warmsSince;
    private volatile boolean unwell;
    private volatile boolean breaks;
    private volatile long breaksSince;
    private int ejections;
    private int answers;

    /// @param upstream the id of the upstream whose instance it is
    /// @param joins when it came to an upstream that was there before it, in milliseconds since the epoch; 0: with it
    Instance(String upstream, String address, long joins) {
        this.upstream = upstream;
        this.id = upstream.equals(address) ? address : upstream + ' ' + address;
        this.address = address;
        this.seed = Hashing.of(address);
        this.warmsSince = joins;
    }

    /// Unique among all instances of all upstreams.
    public String id() {
        return id;
    }

    /// The id of its upstream.
    public String upstream() {
        return upstream;
    }

    /// Scheme, host, optional port and path, without a slash at the end.
    public String address() {
        return address;
    }

    /// Requests that are under way there.
    public int underWay() {
        return underWay.get();
    }

    /// Requests that were ever sent there.
    public long attempts() {
        return attempts.sum();
    }

    /// Whether it gets requests: it is neither put out after failures nor resting, and has not said that it is unwell.
    public boolean inService(long now) {
        return now >= ejectedUntil && now >= restsUntil && !unwell;
    }

    boolean isEjected(long now) {
        return now < ejectedUntil;
    }

    boolean rests(long now) {
        return now < restsUntil;
    }

    /// It refuses requests until then, in milliseconds since the epoch: its breaker is open.
    public void restUntil(long millis) {
        restsUntil = millis;
    }

    long seed() {
        return seed;
    }

    /// Counts a request that waits for one of its connections to take it, if fewer do than may; such a one says so again when it waits no more.
    public boolean queues(int most) {
        if (waiting.incrementAndGet() <= most) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    /// One of those goes on, or has given up.
    public void waitsNoMore() {
        waiting.decrementAndGet();
    }

    /// A kept connection broke under a request that cannot be repeated. Connections that were kept may all have been given up together, and then say nothing
    /// of the instance; one that has begun to serve since the first of them broke was not among them. After some minutes the next is the first again.
    ///
    /// @param now in milliseconds of any steady clock
    /// @param served for how long the connection had served
    /// @return whether no such request has been answered since the first, and this connection did not serve before
    public boolean breaksAgain(long now, long served) {
        if (!breaks || now - breaksSince > FORGIVEN_AFTER) {
            breaksSince = now;
            breaks = true;
            return false;
        }
        return now - served >= breaksSince;
    }

    /// A request that cannot be repeated was answered.
    public void breaksNot() {
        if (breaks) {
            breaks = false;
        }
    }

    void enter() {
        attempts.increment();
        underWay.incrementAndGet();
    }

    void leave() {
        underWay.decrementAndGet();
    }

    void succeeded() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    /// Counts a failure, and says how many there are in a row.
    int failed() {
        return failures.incrementAndGet();
    }

    /// Puts it out, for longer each time. Not to be called by two threads at once.
    void eject(long now) {
        ejections = now - ejectedUntil > FORGIVEN_AFTER ? 1 : Math.min(ejections + 1, LONGEST);
        ejectedUntil = now + OUT_FOR * ejections;
        warmsSince = ejectedUntil;
        failures.set(0);
    }

    /// It was asked whether it is well, and this is what it said. Not to be called by two threads at once.
    void probed(boolean good, HealthCheck check, long now) {
        answers = good == unwell ? answers + 1 : 0;
        if (answers >= (unwell ? check.healthy() : check.unhealthy())) {
            unwell = !good;
            warmsSince = good ? now : warmsSince;
            answers = 0;
        }
    }

    /// Nobody asks any more whether it is well, so nobody would ever say so again.
    void isAskedNoMore() {
        unwell = false;
        answers = 0;
    }

    /// How much of its share it gets, in percent: after a return, and when it is new, it starts slowly.
    int warmth(long now) {
        long since = warmsSince;
        if (since == 0 || now - since >= SLOW_START) {
            return 100;
        }
        return (int) Math.max(FIRST_PERCENT, 100 * (now - since) / SLOW_START);
    }
}
