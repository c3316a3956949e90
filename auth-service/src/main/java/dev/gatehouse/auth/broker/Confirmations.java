package dev.gatehouse.auth.broker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What became of the messages of one channel. The broker tells by numbers, and tells that a message reached no queue before it
/// confirms it. Thread-safe.
final class Confirmations {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SortedMap<Long, String> numbers = new TreeMap<>();
    private final Map<String, State> states = new HashMap<>();
    private boolean over;

    /// {@return whether it must be sent: not where it is on its way, or arrived while nobody waited for it}
    boolean expect(long number, String id) {
        lock.lock();
        try {
            State known = states.get(id);
            if (known != null && known != State.LOST) {
                return false;
            }
            states.put(id, State.PENDING);
            numbers.put(number, id);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void confirmed(long number, boolean andAllBefore) {
        settle(number, andAllBefore, State.CONFIRMED);
    }

    void refused(long number, boolean andAllBefore) {
        settle(number, andAllBefore, State.LOST);
    }

    /// The message reached no queue; the confirmation that follows does not count, but has to be waited for.
    void returned(String id) {
        lock.lock();
        try {
            states.replace(id, State.PENDING, State.RETURNED);
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more will come.
    void over() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for all of them, or until nothing more can come, or until the time is over.
    ///
    /// @return what became of them; what is confirmed or lost is then forgotten
    Settled await(Set<String> ids, long until) {
        lock.lock();
        try {
            while (!over && ids.stream().anyMatch(this::onItsWay)) {
                long left = until - System.nanoTime();
                if (left <= 0 || !changed.await(left, TimeUnit.NANOSECONDS)) {
                    break;
                }
            }
            return take(ids);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return take(ids);
        } finally {
            lock.unlock();
        }
    }

    int pending() {
        lock.lock();
        try {
            return states.size();
        } finally {
            lock.unlock();
        }
    }

    private Settled take(Set<String> ids) {
        Set<String> confirmed = new HashSet<>();
        boolean lost = false;
        for (String id : ids) {
            if (onItsWay(id)) {
                continue;
            }
            State state = states.remove(id);
            lost |= state == State.LOST;
            if (state == State.CONFIRMED) {
                confirmed.add(id);
            }
        }
        return new Settled(confirmed, lost);
    }

    private void settle(long number, boolean andAllBefore, State state) {
        lock.lock();
        try {
            SortedMap<Long, String> settled = andAllBefore
                    ? numbers.headMap(number + 1)
                    : numbers.subMap(number, number + 1);
            settled.values().forEach(id -> states.computeIfPresent(id,
                    (_, before) -> before == State.RETURNED ? State.LOST : state));
            settled.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean onItsWay(String id) {
        State state = states.get(id);
        return state == State.PENDING || state == State.RETURNED;
    }

    /// What became of messages.
    ///
    /// @param confirmed the broker has them in a queue
    /// @param anyLost whether the broker refused one, or had no queue for it
    record Settled(Set<String> confirmed, boolean anyLost) {}

    private enum State {
        PENDING, RETURNED, CONFIRMED, LOST
    }
}
