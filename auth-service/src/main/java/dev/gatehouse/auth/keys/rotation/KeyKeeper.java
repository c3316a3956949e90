package dev.gatehouse.auth.keys.rotation;

import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.background.Outcome;
import dev.gatehouse.auth.background.Worker;
import dev.gatehouse.auth.background.Working;
import dev.gatehouse.auth.database.AfterMigration;
import dev.gatehouse.auth.database.StartRefused;
import dev.gatehouse.auth.keys.JwksReaders;
import dev.gatehouse.auth.keys.SigningKeys;

/// Looks after the keys each second: does what is due and takes over what any instance has done. Thread-safe.
@Component
@Order(2) // the first keys exist
final class KeyKeeper implements Working, AfterMigration {

    private final KeyRotation rotation;
    private final SigningKeys keys;
    private final JwksReaders readers;
    private final Worker worker = new Worker("signing-keys", this::look);
    private volatile boolean begun;

    KeyKeeper(KeyRotation rotation, SigningKeys keys, JwksReaders readers) {
        this.readers = readers;
        this.rotation = rotation;
        this.keys = keys;
    }

    @Override
    public void afterMigration() {
        keys.reload();
        begun = true;
    }

    /// Says that the keys were changed; they are read again at once.
    void wake() {
        worker.wake();
    }

    @Override
    public Worker worker() {
        return worker;
    }

    private Outcome look() {
        if (!begun) {
            return new Outcome.Done(); // the database was not reached yet
        }
        try {
            boolean more = rotation.takeDueStep();
            keys.reload();
            readers.flush();
            return more ? new Outcome.More() : new Outcome.Done();
        } catch (StartRefused foreign) {
            return new Outcome.Failed(String.valueOf(foreign.getMessage()));
        }
    }
}
