package dev.gatehouse.auth.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The table of the audit log, which refuses to have a row changed or removed. Blocks on the database; thread-safe.
@Repository
class AuditStore {

    private static final String SELECT = "SELECT position, id, type, outcome, subject, actor, session_id, data, address, user_agent,"
            + " request_id, occurred_at, hash FROM audit_log";

    private final JdbcClient jdbc;

    AuditStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// {@return where the chain ends}
    Chain head() {
        return jdbc.sql("SELECT position, hash FROM audit_log ORDER BY position DESC LIMIT 1")
                .query((row, _) -> new Chain(row.getLong("position"), HexFormat.of().formatHex(row.getBytes("hash"))))
                .optional().orElse(Chain.START);
    }

    /// Appends entries in one statement: a batch costs one more round trip, not one for each entry.
    void insert(List<Stored> entries) {
        jdbc.sql(
                """
                        INSERT INTO audit_log (position, id, type, outcome, subject, actor, session_id, data, address, user_agent,
                        	request_id, occurred_at, hash)
                        SELECT position, id, type, outcome, subject, actor, session, data, address, agent, request, time, decode(hash, 'hex')
                        FROM unnest(:positions::bigint[], :ids::uuid[], :types::text[], :outcomes::text[], :subjects::uuid[], :actors::uuid[],
                        	:sessions::uuid[], :data::text[], :addresses::text[], :agents::text[], :requests::text[], :times::timestamptz[],
                        	:hashes::text[])
                        	AS entry (position, id, type, outcome, subject, actor, session, data, address, agent, request, time, hash)
                        ORDER BY position""")
                .param("positions", column(entries, Long[]::new, AuditEntry::position))
                .param("ids", column(entries, UUID[]::new, AuditEntry::id))
                .param("types", column(entries, String[]::new, AuditEntry::type))
                .param("outcomes", column(entries, String[]::new, AuditEntry::outcome))
                .param("subjects", column(entries, UUID[]::new, entry -> orNull(entry.subject())))
                .param("actors", column(entries, UUID[]::new, entry -> orNull(entry.actor())))
                .param("sessions", column(entries, UUID[]::new, entry -> orNull(entry.session())))
                .param("data", column(entries, String[]::new, AuditEntry::data))
                .param("addresses", column(entries, String[]::new, entry -> orNull(entry.source().address())))
                .param("agents", column(entries, String[]::new, entry -> orNull(entry.source().userAgent())))
                .param("requests", column(entries, String[]::new, entry -> orNull(entry.source().requestId())))
                .param("times", column(entries, String[]::new, entry -> entry.occurredAt().toString()))
                .param("hashes", entries.stream().map(Stored::hash).toArray(String[]::new)).update();
    }

    private static <T> T[] column(List<Stored> entries, IntFunction<T[]> array, Function<AuditEntry, @Nullable T> value) {
        return entries.stream().map(Stored::entry).map(value).toArray(array);
    }

    /// {@return entries in the order of positions}
    List<Stored> after(long position, int most) {
        return jdbc.sql(SELECT + " WHERE position > ? ORDER BY position LIMIT ?").params(position, most)
                .query((row, _) -> stored(row)).list();
    }

    /// {@return entries that fit, the newest first}
    List<AuditEntry> find(AuditQuery query) {
        List<String> conditions = new ArrayList<>(List.of("true"));
        List<Object> values = new ArrayList<>();
        query.user().ifPresent(user -> add(conditions, "(subject = ? OR actor = ?)", values, user, user));
        query.action().ifPresent(action -> add(conditions,
                action.endsWith(".") ? "starts_with(type, ?)" : "type = ?", values, action));
        query.from().ifPresent(from -> add(conditions, "occurred_at >= ?", values, java.sql.Timestamp.from(from)));
        query.until().ifPresent(until -> add(conditions, "occurred_at < ?", values, java.sql.Timestamp.from(until)));
        query.before().ifPresent(before -> add(conditions, "position < ?", values, before));
        values.add(query.limit());
        return jdbc.sql(SELECT + " WHERE " + String.join(" AND ", conditions) + " ORDER BY position DESC LIMIT ?")
                .params(values).query((row, _) -> stored(row).entry()).list();
    }

    private static void add(List<String> conditions, String condition, List<Object> values, Object... more) {
        conditions.add(condition);
        values.addAll(List.of(more));
    }

    private static Stored stored(ResultSet row) throws SQLException {
        AuditEntry entry = new AuditEntry(row.getLong("position"), row.getObject("id", UUID.class), row.getString("type"),
                row.getString("outcome"), uuid(row, "subject"), uuid(row, "actor"), uuid(row, "session_id"),
                row.getString("data"), new AuditEntry.Source(text(row, "address"), text(row, "user_agent"),
                        text(row, "request_id")),
                row.getTimestamp("occurred_at").toInstant());
        return new Stored(entry, HexFormat.of().formatHex(row.getBytes("hash")));
    }

    private static Optional<UUID> uuid(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, UUID.class));
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }

    /// An entry with the hash that was written with it.
    ///
    /// @param entry as it is now
    /// @param hash in hexadecimal
    record Stored(AuditEntry entry, String hash) {}
}
