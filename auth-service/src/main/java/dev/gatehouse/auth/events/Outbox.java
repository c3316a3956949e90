package dev.gatehouse.auth.events;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.database.Cleanup;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.request.Origin;

/// The table of events. Blocks on the database; thread-safe.
@Repository
public class Outbox implements Cleanup {

    private static final Duration KEPT = Duration.ofDays(7); // after publication, to look at and to publish again by hand
    private static final long PUBLISHING = 0x6761_7465_0001L; // advisory locks are numbers; these are nobody else's
    private static final long AUDITING = 0x6761_7465_0002L;
    private static final String COLUMNS = "position, id, type, outcome, subject, sequence, session_id, actor, data, occurred_at, traceparent,"
            + " address, user_agent, request_id";

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
        List<Numbered> same = new ArrayList<>();
        // Subjects in one order, so that no two transactions wait for each other; events about nobody one by one, as they happened.
        for (Event event : events.stream().sorted(Comparator.comparing(Outbox::subjectOrNothing)).toList()) {
            if (!same.isEmpty() && (event.subject().isEmpty() || !same.getFirst().event().subject().equals(event.subject()))) {
                append(same, origin);
                same.clear();
            }
            same.add(new Numbered(ids.next(), event));
        }
        if (!same.isEmpty()) {
            append(same, origin);
        }
    }

    private static String subjectOrNothing(Event event) {
        return event.subject().map(UUID::toString).orElse("");
    }

    /// One statement for all events of a subject. Their numbers are taken under a lock on the subject, and `position` after it: both follow
    /// the order of commits.
    private void append(List<Numbered> same, Optional<Origin> origin) {
        Numbered first = same.getFirst();
        jdbc.sql(
                """
                        WITH number AS (
                        	INSERT INTO outbox_sequence AS s (subject, last) VALUES (:lock, :count)
                        	ON CONFLICT (subject) DO UPDATE SET last = s.last + excluded.last RETURNING last)
                        INSERT INTO outbox (id, type, outcome, subject, sequence, session_id, actor, data, occurred_at, address, user_agent,
                        	request_id, traceparent)
                        SELECT event.id, event.type, event.outcome, :subject, last - :count + nth, event.session, event.actor, event.data, clock_timestamp(),
                        	:address, :agent, :request, :trace
                        FROM number, unnest(:ids::uuid[], :types::text[], :outcomes::text[], :sessions::uuid[], :actors::uuid[], :data::text[])
                        	WITH ORDINALITY AS event (id, type, outcome, session, actor, data, nth) ORDER BY nth""")
                .param("lock", first.event().subject().orElseGet(() -> nobody(first.id()))).param("count", (long) same.size())
                .param("subject", orNull(first.event().subject()))
                .param("ids", same.stream().map(Numbered::id).toArray(UUID[]::new))
                .param("types", same.stream().map(each -> each.event().type().key()).toArray(String[]::new))
                .param("outcomes", same.stream().map(each -> each.event().type().outcome()).toArray(String[]::new))
                .param("sessions", same.stream().map(each -> orNull(each.event().session())).toArray(UUID[]::new))
                .param("actors", same.stream().map(each -> orNull(each.event().actor())).toArray(UUID[]::new))
                .param("data", same.stream().map(each -> JSON.writeValueAsString(each.event().data())).toArray(String[]::new))
                .param("address", orNull(origin.map(Origin::address)))
                .param("agent", orNull(origin.map(Origin::userAgent)))
                .param("request", orNull(origin.map(Origin::requestId)))
                .param("trace", orNull(origin.flatMap(Origin::traceparent))).update();
    }

    /// {@return whether this transaction may publish: one at a time may, of all instances}
    ///
    /// @param most how long the database lets this transaction wait for the broker before it takes the lock away
    boolean lockForPublishing(Duration most) {
        return lock(PUBLISHING, most);
    }

    /// {@return whether this transaction may write the audit log: one at a time may, of all instances}
    ///
    /// @param most how long the transaction may be idle
    public boolean lockForAuditing(Duration most) {
        return lock(AUDITING, most);
    }

    List<OutboxRow> unpublished(int most) {
        return rows("published_at IS NULL", most);
    }

    void markPublished(Collection<UUID> ids) {
        mark("published_at", ids);
    }

    /// {@return the oldest events that the audit log does not have}
    ///
    /// @param most so many
    public List<OutboxRow> unaudited(int most) {
        return rows("audited_at IS NULL", most);
    }

    /// Notes that the audit log has them, in the transaction that wrote them there.
    ///
    /// @param ids of events
    public void markAudited(Collection<UUID> ids) {
        mark("audited_at", ids);
    }

    /// {@return the age of the oldest event that is not published; zero where there is none}
    Duration oldestUnpublished() {
        return jdbc.sql("""
                SELECT greatest(0, extract(epoch FROM clock_timestamp() - occurred_at)) FROM outbox
                WHERE published_at IS NULL ORDER BY position LIMIT 1""").query(Double.class).optional()
                .map(seconds -> Duration.ofMillis((long) (seconds * 1000))).orElse(Duration.ZERO);
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("""
                DELETE FROM outbox WHERE position IN (
                	SELECT position FROM outbox WHERE published_at < now() - make_interval(secs => :age)
                		AND audited_at IS NOT NULL LIMIT :most)""")
                .param("age", KEPT.toSeconds()).param("most", most).update();
    }

    private boolean lock(long key, Duration most) {
        return jdbc.sql("""
                SELECT pg_try_advisory_xact_lock(:key) FROM set_config('idle_in_transaction_session_timeout', :most, true)""")
                .param("key", key).param("most", most.toMillis() + "ms").query(Boolean.class).single();
    }

    private List<OutboxRow> rows(String which, int most) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM outbox WHERE " + which + " ORDER BY position LIMIT ?").param(most)
                .query((row, _) -> row(row)).list();
    }

    private void mark(String column, Collection<UUID> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql("UPDATE outbox SET " + column + " = now() WHERE id = ANY(?)").param(ids.toArray(UUID[]::new)).update();
        }
    }

    private static OutboxRow row(ResultSet row) throws SQLException {
        String type = row.getString("type");
        return new OutboxRow(row.getLong("position"), row.getObject("id", UUID.class), type,
                text(row, "outcome").orElseGet(() -> EventType.outcomeOf(type)), uuid(row, "subject"), row.getLong("sequence"),
                uuid(row, "session_id"), uuid(row, "actor"),
                row.getString("data"), row.getTimestamp("occurred_at").toInstant(), text(row, "traceparent"),
                new OutboxRow.Source(text(row, "address"), text(row, "user_agent"), text(row, "request_id")));
    }

    private static Optional<UUID> uuid(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, UUID.class));
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static UUID nobody(UUID id) {
        return new UUID(0, Math.floorMod(id.getLeastSignificantBits(), NOBODIES));
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }

    private record Numbered(UUID id, Event event) {}
}
