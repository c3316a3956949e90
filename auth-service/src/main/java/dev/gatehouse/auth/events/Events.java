package dev.gatehouse.auth.events;

import java.util.ArrayList;
import java.util.List;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import dev.gatehouse.auth.database.AfterCommit;

/// Where everybody says what happened. Events are written right before the commit of the transaction they belong to and are
/// rolled back with it: late, because each takes a lock on its subject that makes order and commits agree, and nobody should
/// wait for that longer than a commit takes; in the order of subjects, so that no two transactions wait for each other.
/// Thread-safe.
@Component
public final class Events {

    private final Outbox outbox;
    private final List<AfterAppend> readers;

    /// Writes into the given outbox.
    ///
    /// @param outbox on the database of the transactions
    /// @param readers to be told
    public Events(Outbox outbox, List<AfterAppend> readers) {
        this.outbox = outbox;
        this.readers = List.copyOf(readers);
    }

    /// Makes the event part of the calling thread's transaction. Events of one transaction about one subject keep their order.
    ///
    /// @param event that happens if the transaction commits
    /// @throws IllegalStateException outside of a transaction: the event could be lost, or be told though nothing happened
    public void append(Event event) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(event.type() + " outside of a transaction");
        }
        pending().add(event);
    }

    private List<Event> pending() {
        for (TransactionSynchronization each : TransactionSynchronizationManager.getSynchronizations()) {
            if (each instanceof Pending ours && ours.outbox.equals(outbox)) {
                return ours.events;
            }
        }
        Pending fresh = new Pending(outbox, new ArrayList<>());
        TransactionSynchronizationManager.registerSynchronization(fresh);
        AfterCommit.run(() -> readers.forEach(AfterAppend::appended));
        return fresh.events;
    }

    private record Pending(Outbox outbox, List<Event> events) implements TransactionSynchronization {

        @Override
        public void beforeCommit(boolean readOnly) {
            outbox.append(events);
        }
    }
}
