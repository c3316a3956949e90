package dev.gatehouse.auth.profile;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mfa.Enrolled;
import dev.gatehouse.auth.mfa.Method;
import dev.gatehouse.auth.mfa.SecondFactor;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;

/// Everything that is known of somebody, for themselves: account, sessions, what happened. No secret is among it. Blocks; thread-safe.
@Component
final class Export {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_EVENTS = 10_000;
    private static final int OF_ONE_REQUEST = 1000; // more than any brings about

    private final Sessions sessions;
    private final SecondFactor secondFactor;
    private final JdbcClient jdbc;
    private final Events events;
    private final TransactionTemplate transactions;

    Export(Sessions sessions, SecondFactor secondFactor, JdbcClient jdbc, Events events, TransactionTemplate transactions) {
        this.sessions = sessions;
        this.secondFactor = secondFactor;
        this.jdbc = jdbc;
        this.events = events;
        this.transactions = transactions;
    }

    Map<String, Object> of(Session current) {
        UUID account = current.account().id();
        Map<String, Object> export = new LinkedHashMap<>();
        export.put("user", AccountView.of(current.account()));
        Enrolled enrolled = secondFactor.enrolled(account);
        export.put("second_factors",
                Map.of("methods", enrolled.methods().stream().map(Method::key).toList(), "recovery_codes_left",
                        enrolled.recoveryCodesLeft()));
        export.put("sessions", sessions.living(account).stream()
                .map(session -> SessionView.of(session, session.id().equals(current.id()))).toList());
        export.put("pending_email", pendingEmail(account));
        export.put("devices", devices(account));
        List<Map<String, Object>> known = events(account);
        export.put("events", known.subList(0, Math.min(known.size(), MOST_EVENTS)));
        export.put("events_complete", known.size() <= MOST_EVENTS);
        transactions.executeWithoutResult(
                _ -> events.append(Event.about(EventType.USER_EXPORTED, account).in(current.id())));
        return export;
    }

    /// {@return the address that somebody wants instead and has not confirmed yet}
    private Optional<String> pendingEmail(UUID account) {
        return jdbc.sql("SELECT email FROM email_change WHERE account_id = ? AND expires_at > now()").param(account)
                .query(String.class).optional();
    }

    /// {@return devices that the owner gave a name, whether or not there is a session on them now}
    private List<NamedDevice> devices(UUID account) {
        return jdbc.sql("SELECT name, named_at FROM device WHERE account_id = ? ORDER BY named_at, id").param(account)
                .query((row, _) -> new NamedDevice(row.getString("name"), row.getTimestamp("named_at").toInstant())).list();
    }

    /// The newest, one more than are shown. Where from is left out of all that happened in a request of somebody else, such as an administrator's that ended sessions: not every event of
    /// it names them.
    private List<Map<String, Object>> events(UUID account) {
        return jdbc
                .sql("""
                        WITH own AS (
                        	SELECT type, outcome, session_id, data, actor, occurred_at, address, user_agent, request_id FROM (
                        		SELECT * FROM audit_log WHERE subject = :account ORDER BY position DESC LIMIT :most + :ofOneRequest) newest
                        	UNION ALL
                        	SELECT type, outcome, session_id, data, actor, occurred_at, address, user_agent, request_id FROM outbox
                        	WHERE subject = :account AND audited_at IS NULL),
                        marked AS (
                        	SELECT own.*, bool_or(actor <> :account) OVER (PARTITION BY request_id) IS TRUE AS by_another FROM own)
                        SELECT type, outcome, session_id, data, occurred_at, CASE WHEN NOT by_another THEN address END AS address,
                        	CASE WHEN NOT by_another THEN user_agent END AS user_agent
                        FROM marked ORDER BY occurred_at DESC LIMIT :most""")
                .param("account", account)
                .param("most", MOST_EVENTS + 1).param("ofOneRequest", OF_ONE_REQUEST)
                .query((row, _) -> {
                    Map<String, Object> event = new LinkedHashMap<>();
                    event.put("type", row.getString("type"));
                    event.put("outcome", row.getString("outcome"));
                    event.put("time", row.getObject("occurred_at", Timestamp.class).toInstant());
                    event.put("session_id", row.getString("session_id"));
                    event.put("data", details(row.getString("data")));
                    event.put("address", row.getString("address"));
                    event.put("user_agent", row.getString("user_agent"));
                    return event;
                }).list();
    }

    /// {@return which role, which method, why}
    private static Object details(String data) {
        try {
            return JSON.readTree(data);
        } catch (JacksonException damaged) { // behind the back of the audit log
            return data;
        }
    }

    private record NamedDevice(String name, @JsonProperty("named_at") Instant namedAt) {}
}
