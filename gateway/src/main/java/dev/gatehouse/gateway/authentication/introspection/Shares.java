package dev.gatehouse.gateway.authentication.introspection;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// What one client may have of an issuer's attention, so that a flood of tokens that nobody knows makes those wait who send it: a quarter of the
/// questions that may be open, and of those that may be asked at once. Holds no client that has none open; thread-safe.
final class Shares {

    static final int MAX_OPEN = Introspector.MAX_OPEN / 4;
    static final int MAX_AT_ONCE = Endpoint.MAX_AT_ONCE / 4;

    private final Map<String, Share> shares = new HashMap<>();

    /// Opens a question of the client's; empty when it has too many. Who opens one ends it with [#leave].
    synchronized Optional<Share> enter(String client) {
        Share share = shares.computeIfAbsent(client, _ -> new Share());
        if (share.open == MAX_OPEN) {
            return Optional.empty();
        }
        share.open++;
        return Optional.of(share);
    }

    synchronized void leave(String client) {
        shares.computeIfPresent(client, (_, share) -> --share.open == 0 ? null : share);
    }

    /// How many clients have questions open.
    synchronized int clients() {
        return shares.size();
    }

    /// One client's.
    static final class Share {

        private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE, true);
        private int open;

        /// The places of those of its questions that are asked.
        Semaphore atOnce() {
            return atOnce;
        }
    }
}
