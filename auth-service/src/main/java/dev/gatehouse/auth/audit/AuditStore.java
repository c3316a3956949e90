package dev.gatehouse.auth.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
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
            + " request_id, occurred_at, hash FROM ";
    private static final String BRANCH = "(SELECT * FROM audit_log WHERE %s%s ORDER BY %s LIMIT :limit)";
    private static final String OF_USER = BRANCH.formatted("%1$s >= :user AND %1$s <= :user", "%2$s",
            "%1$s DESC, position DESC");
    private static final char BEHIND_DOT = '.' + 1;

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
        return jdbc.sql(SELECT + "audit_log WHERE position > ? ORDER BY position LIMIT ?").params(position, most)
                .query((row, _) -> stored(row)).list();
    }

    /// {@return entries that fit, the newest first}
    List<AuditEntry> find(AuditQuery query) {
        return bound(statement(query), query).query((row, _) -> stored(row).entry()).list();
    }

    /// What was done to a user and what was done by them are two indexes, each in the order of the page. A range of one user, rather than that user, so that
    /// no other order will do: of somebody whose password many have guessed, all that is newer would be read, because there is so much of theirs.
    static String statement(AuditQuery query) {
        String conditions = conditions(query);
        String found = query.user().isEmpty()
                ? BRANCH.formatted("true", conditions, "position DESC")
                : OF_USER.formatted("subject", conditions) + " UNION ALL "
                        + OF_USER.formatted("actor", " AND subject IS DISTINCT FROM :user" + conditions);
        return SELECT + "(" + found + ") found ORDER BY position DESC LIMIT :limit";
    }

    JdbcClient.StatementSpec bound(String statement, AuditQuery query) {
        String action = query.action().orElse("");
        return jdbc.sql(statement).param("user", orNull(query.user())).param("action", action)
                .param("end", action.endsWith(".") ? action.substring(0, action.length() - 1) + BEHIND_DOT : "")
                .param("from", orNull(query.from().map(Timestamp::from)))
                .param("until", orNull(query.until().map(Timestamp::from))).param("before", orNull(query.before()))
                .param("limit", query.limit());
    }

    /// Actions are compared by their bytes, whatever the database's language: those that begin alike are a range of the index.
    private static String conditions(AuditQuery query) {
        return query.action().map(action -> action.endsWith(".")
                ? " AND type COLLATE \"C\" >= :action AND type COLLATE \"C\" < :end"
                : " AND type COLLATE \"C\" = :action").orElse("")
                + query.from().map(_ -> " AND occurred_at >= :from").orElse("")
                + query.until().map(_ -> " AND occurred_at < :until").orElse("")
                + query.before().map(_ -> " AND position < :before").orElse("");
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
