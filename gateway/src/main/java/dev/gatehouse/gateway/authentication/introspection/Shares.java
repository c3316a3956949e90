package dev.gatehouse.gateway.authentication.introspection;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// What one client may have of an issuer's attention, so that a flood of tokens that nobody knows makes those wait who send it: a quarter of the
/// questions that may be open, and of those that may be asked at once; more only as long as half of all is left to others. Holds no client that has none
/// open; thread-safe.
final class Shares {

    static final int MAX_OPEN = Introspector.MAX_OPEN / 4;
    static final int MAX_AT_ONCE = Endpoint.MAX_AT_ONCE / 4;
    // Together with its own share half of all.
    static final int SPARE_AT_ONCE = Endpoint.MAX_AT_ONCE / 4;

    private final Map<String, Share> shares = new HashMap<>();
    private final Semaphore spare = new Semaphore(SPARE_AT_ONCE);
    private int open;

    /// Opens a question of the client's; empty when it has too many. Who opens one ends it with [#leave].
    synchronized Optional<Share> enter(String client) {
        Share share = shares.computeIfAbsent(client, _ -> new Share());
        if (share.open >= MAX_OPEN && open >= Introspector.MAX_OPEN / 2) {
            return Optional.empty();
        }
        open++;
        share.open++;
        return Optional.of(share);
    }

    synchronized void leave(String client) {
        shares.computeIfPresent(client, (_, share) -> {
            open--;
            return --share.open == 0 ? null : share;
        });
    }

    /// How many clients have questions open.
    synchronized int clients() {
        return shares.size();
    }

    /// One client's.
    final class Share {

        private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE, true);
        private int open;
        private int borrowed;

        /// Takes a place of the questions that are asked at once, its own or a spare one; false when none came in time. Who has one gives it back by [#end].
        boolean begin(Duration patience) throws InterruptedException {
            return atOnce.tryAcquire() || borrows() || atOnce.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        private synchronized boolean borrows() {
            boolean free = spare.tryAcquire();
            borrowed += free ? 1 : 0;
            return free;
        }

        /// Which of its places it was is all one; a spare one goes on to those of this client who wait, if any do.
        synchronized void end() {
            if (borrowed > 0 && !atOnce.hasQueuedThreads()) {
                borrowed--;
                spare.release();
            } else {
                atOnce.release();
            }
        }
    }
}
