package dev.gatehouse.auth.admin;

import java.util.Objects;
import java.util.function.Supplier;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.Events;

/// Does what administrators ask for, in one transaction with the event that tells of it: what cannot be written down does not happen and is
/// not shown. Blocks; thread-safe.
@Component
public final class Audited {

    private final Rights rights;
    private final Events events;
    private final TransactionTemplate transactions;

    Audited(Rights rights, Events events, TransactionTemplate transactions) {
        this.rights = rights;
        this.events = events;
        this.transactions = transactions;
    }

    /// {@return what was read}
    ///
    /// @param admin who reads
    /// @param event about whom
    /// @param reading of it
    /// @param <T> what it gives
    public <T> T read(Admin admin, Event event, Supplier<T> reading) {
        return Objects.requireNonNull(transactions.execute(_ -> {
            events.append(event.by(admin.id()));
            return reading.get();
        }));
    }

    /// The same for what changes something, if the administrator still may.
    ///
    /// @param admin who changes it
    /// @param needed for that
    /// @param event that tells of it
    /// @param change itself
    /// @throws dev.gatehouse.auth.problem.Refusal where they may not any more
    public void change(Admin admin, AdminScope needed, Event event, Runnable change) {
        transactions.executeWithoutResult(_ -> {
            rights.still(admin, needed);
            events.append(event.by(admin.id()));
            change.run();
        });
    }

    void note(Event event) {
        transactions.executeWithoutResult(_ -> events.append(event));
    }
}
