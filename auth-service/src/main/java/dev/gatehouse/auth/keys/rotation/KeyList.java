package dev.gatehouse.auth.keys.rotation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.keys.JwksReaders;
import dev.gatehouse.auth.keys.KeyRecord;
import dev.gatehouse.auth.keys.KeyRecord.State;
import dev.gatehouse.auth.keys.SigningKeyStore;
import dev.gatehouse.auth.settings.KeySettings;
import dev.gatehouse.auth.settings.Settings;

/// How the keys stand, for operators; nothing private is among it. Blocks on the database; thread-safe.
@Component
public final class KeyList {

    private final SigningKeyStore store;
    private final JwksReaders readers;
    private final KeySchedule schedule;

    @Autowired
    KeyList(SigningKeyStore store, JwksReaders readers, Settings settings) {
        this(store, readers, settings.keys());
    }

    KeyList(SigningKeyStore store, JwksReaders readers, KeySettings settings) {
        this.store = store;
        this.readers = readers;
        this.schedule = new KeySchedule(settings);
    }

    /// {@return all keys, the active one first, then the next}
    public List<Entry> keys() {
        List<KeyRecord> keys = store.load();
        Optional<KeyRecord> active = KeySchedule.in(State.ACTIVE, keys);
        return keys.stream().map(key -> new Entry(key.kid(), key.algorithm(), key.state(), key.since(), switch (key.state()) {
            case NEXT -> active.map(now -> schedule.takeover(now, key));
            case ACTIVE -> KeySchedule.in(State.NEXT, keys).map(next -> schedule.takeover(key, next));
            case RETIRED -> Optional.of(schedule.gone(key));
        })).toList();
    }

    /// {@return who has read the keys lately, the latest first}
    public List<JwksReaders.Reader> readers() {
        return readers.recent(KeySchedule.in(State.NEXT, store.load()).map(KeyRecord::kid).orElse(""));
    }

    /// A key.
    ///
    /// @param kid as tokens name it
    /// @param algorithm JWS name
    /// @param state where it stands
    /// @param since when it came there
    /// @param until when it moves on by itself
    public record Entry(String kid, String algorithm, State state, Instant since, Optional<Instant> until) {}
}
