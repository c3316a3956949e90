package dev.gatehouse.gateway.concurrency;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The requests of one route that are under way. Remembers users only while they have any. Thread-safe, never blocks for long.
public final class Concurrency {

    private static final Entry ROUTE_FULL = new Entry.RouteFull();
    private static final Entry USER_FULL = new Entry.UserFull();

    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byUser = new ConcurrentHashMap<>();

    /// Nobody is under way yet.
    public Concurrency() {}

    /// Asks for one more.
    ///
    /// @param user who asks, by a text that nobody else has
    public Entry enter(ConcurrencySpec spec, String user) {
        if (all.incrementAndGet() > spec.route()) {
            all.decrementAndGet();
            return ROUTE_FULL;
        }
        if (spec.user() == ConcurrencySpec.ANY) {
            return new Entry.Entered(all::decrementAndGet);
        }
        int ofUser = Objects.requireNonNull(byUser.merge(user, 1, Integer::sum));
        if (ofUser > spec.user()) {
            leave(user);
            return USER_FULL;
        }
        return new Entry.Entered(() -> leave(user));
    }

    private void leave(String user) {
        byUser.merge(user, -1, Integer::sum);
        byUser.remove(user, 0);
        all.decrementAndGet();
    }

    /// How many requests are under way.
    public int underWay() {
        return all.get();
    }

    /// How many users have any.
    public int users() {
        return byUser.size();
    }
}
