package dev.gatehouse.auth.keys.rotation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.database.AfterMigration;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.keys.KeyMaker;
import dev.gatehouse.auth.keys.KeyRecord;
import dev.gatehouse.auth.keys.KeyRecord.State;
import dev.gatehouse.auth.keys.SigningKeyStore;
import dev.gatehouse.auth.settings.KeySettings;
import dev.gatehouse.auth.settings.Settings;

/// Moves keys on, each time in one transaction under a lock that all instances share: whoever dies in the middle has changed nothing, and of
/// many who try the others find it done. Blocks on the database; thread-safe.
@Component
@Order(1) // after the key-encryption keys were looked at, before the keys are needed
public final class KeyRotation implements AfterMigration {

    private final SigningKeyStore store;
    private final KeyMaker maker;
    private final Events events;
    private final TransactionTemplate transactions;
    private final KeySettings settings;
    private final KeySchedule schedule;
    private final InstantSource clock;

    @Autowired
    KeyRotation(SigningKeyStore store, KeyMaker maker, Events events, TransactionTemplate transactions, Settings settings) {
        this(store, maker, events, transactions, settings.keys(), store::now);
    }

    KeyRotation(SigningKeyStore store, KeyMaker maker, Events events, TransactionTemplate transactions, KeySettings settings,
            InstantSource clock) {
        this.store = store;
        this.maker = maker;
        this.events = events;
        this.transactions = transactions;
        this.settings = settings;
        this.schedule = new KeySchedule(settings);
        this.clock = clock;
    }

    /// Makes the first keys, and another next key where the one there is has not the algorithm that is set. Only here: while the instances of
    /// a fleet still differ in that setting, each would undo the other's choice again and again.
    @Override
    public void afterMigration() {
        takeDueSteps();
        inOrder(keys -> KeySchedule.in(State.NEXT, keys).filter(next -> !schedule.fits(next)).ifPresent(next -> {
            store.delete(next.kid());
            publish(now());
        }));
    }

    /// Does what is due, which nearly always is nothing: one query.
    ///
    /// @return whether something was
    boolean takeDueStep() {
        if (schedule.due(store.load(), now()) instanceof Step.Nothing) {
            return false;
        }
        inOrder(keys -> take(schedule.due(keys, now())));
        return true;
    }

    /// Lets the next key take over now, if it has been published for long enough.
    ///
    /// @param actor the administrator, if it is one
    /// @return empty, or from when on it may
    public Optional<Instant> rotate(Optional<UUID> actor) {
        return transactions.execute(_ -> {
            store.lock();
            List<KeyRecord> keys = store.load();
            KeyRecord active = KeySchedule.in(State.ACTIVE, keys).orElseThrow();
            Optional<KeyRecord> next = KeySchedule.in(State.NEXT, keys);
            Instant earliest = next.map(schedule::earliest).orElseGet(() -> now().plus(settings.schedule().published()));
            if (next.isEmpty() || earliest.isAfter(now())) {
                return Optional.of(earliest);
            }
            promote(active.kid(), next.get().kid(), Reason.REQUESTED, actor);
            return Optional.empty();
        });
    }

    /// Removes every key at once, the next one too, because who has the key that signs may have that as well, and makes new ones. All access
    /// tokens are worth nothing from now on; sessions live on, because refresh tokens are signed by none of these.
    ///
    /// @param actor the administrator, if it is one
    public void replaceCompromised(Optional<UUID> actor) {
        inOrder(keys -> {
            keys.forEach(key -> remove(key, actor));
            KeyRecord fresh = maker.make(settings.algorithm(), State.ACTIVE, now());
            store.insert(fresh);
            tell(EventType.KEY_ROTATED, fresh.label(), actor, Optional.of(Reason.COMPROMISED));
            publish(now());
        });
    }

    private void takeDueSteps() {
        while (takeDueStep()) {
            // each step is a transaction of its own
        }
    }

    private void inOrder(Consumer<List<KeyRecord>> change) {
        transactions.executeWithoutResult(_ -> {
            store.lock();
            change.accept(store.load());
        });
    }

    private void take(Step step) {
        Instant now = now();
        switch (step) {
            case Step.Nothing() -> {
            } // another instance was faster
            case Step.Begin() -> {
                store.insert(maker.make(settings.algorithm(), State.ACTIVE, now));
                publish(now);
            }
            case Step.Publish() -> publish(now);
            case Step.Rotate(String retiring, String promoted, Reason reason) ->
                promote(retiring, promoted, reason, Optional.empty());
            case Step.Remove(List<String> kids) -> store.load().stream().filter(key -> kids.contains(key.kid()))
                    .forEach(key -> remove(key, Optional.empty()));
            case Step.Mend(List<String> kids) -> store.load().stream().filter(key -> kids.contains(key.kid()))
                    .forEach(key -> store.move(key.kid(), key.state(), now));
        }
    }

    private void promote(String retiring, String promoted, Reason reason, Optional<UUID> actor) {
        Instant now = now();
        store.move(retiring, State.RETIRED, now);
        store.move(promoted, State.ACTIVE, now);
        tell(EventType.KEY_ROTATED, KeyRecord.label(promoted), actor, Optional.of(reason));
        publish(now);
    }

    private void publish(Instant now) {
        KeyRecord next = maker.make(settings.algorithm(), State.NEXT, now);
        store.insert(next);
        tell(EventType.KEY_PUBLISHED, next.label(), Optional.empty(), Optional.empty());
    }

    private void remove(KeyRecord key, Optional<UUID> actor) {
        store.delete(key.kid());
        tell(EventType.KEY_REMOVED, key.label(), actor, Optional.empty());
    }

    private void tell(EventType type, String label, Optional<UUID> actor, Optional<Reason> reason) {
        Event event = Event.of(type).with("key", label);
        Event because = reason.map(event::because).orElse(event);
        events.append(actor.map(because::by).orElse(because));
    }

    private Instant now() {
        return clock.instant();
    }
}
