package dev.gatehouse.auth.events;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.request.Origin;

/// The table of events. Blocks on the database; thread-safe.
@Repository
public class Outbox {

    // Events without a subject have no order to keep. They share this many locks, so that a failed sign-in costs the same
    // statement whether the user exists or not, and does not queue behind all others.
    private static final int NOBODIES = 256;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient jdbc;
    private final Ids ids;

    /// Works on the given database.
    ///
    /// @param jdbc takes part in the calling thread's transaction
    /// @param ids for the events
    public Outbox(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    void append(List<Event> events) {
        Optional<Origin> origin = Origin.current();
        events.stream().sorted(Comparator.comparing(event -> event.subject().map(UUID::toString).orElse("")))
                .forEach(event -> append(event, ids.next(), origin));
    }

    /// The number is taken under a lock on the subject, and `position` after it: both follow the order of commits.
    private void append(Event event, UUID id, Optional<Origin> origin) {
        jdbc.sql("""
                WITH number AS (
                	INSERT INTO outbox_sequence AS s (subject, last) VALUES (:lock, 1)
                	ON CONFLICT (subject) DO UPDATE SET last = s.last + 1 RETURNING last)
                INSERT INTO outbox (id, type, subject, sequence, session_id, actor, data, occurred_at, address, user_agent,
                	request_id, traceparent)
                SELECT :id, :type, :subject, last, :session, :actor, :data, clock_timestamp(), :address, :agent,
                	:request, :trace FROM number""")
                .param("lock", event.subject().orElseGet(() -> nobody(id))).param("id", id)
                .param("type", event.type().key()).param("subject", orNull(event.subject()))
                .param("session", orNull(event.session())).param("actor", orNull(event.actor()))
                .param("data", JSON.writeValueAsString(event.data()))
                .param("address", orNull(origin.map(Origin::address)))
                .param("agent", orNull(origin.map(Origin::userAgent)))
                .param("request", orNull(origin.map(Origin::requestId)))
                .param("trace", orNull(origin.flatMap(Origin::traceparent))).update();
    }

    private static UUID nobody(UUID id) {
        return new UUID(0, Math.floorMod(id.getLeastSignificantBits(), NOBODIES));
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
