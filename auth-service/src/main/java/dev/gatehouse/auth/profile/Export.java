package dev.gatehouse.auth.profile;

import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

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

    private static final int MOST_EVENTS = 10_000;

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
        export.put("events", events(account));
        transactions.executeWithoutResult(
                _ -> events.append(Event.about(EventType.USER_EXPORTED, account).in(current.id())));
        return export;
    }

    /// Where from is left out of all that happened in a request of somebody else, such as an administrator's that ended sessions: not every event of
    /// it names them.
    private List<Map<String, Object>> events(UUID account) {
        return jdbc.sql("""
                WITH own AS (
                	SELECT type, actor, occurred_at, address, user_agent, request_id FROM audit_log WHERE subject = :account
                	UNION ALL
                	SELECT type, actor, occurred_at, address, user_agent, request_id FROM outbox
                	WHERE subject = :account AND audited_at IS NULL),
                marked AS (
                	SELECT own.*, bool_or(actor <> :account) OVER (PARTITION BY request_id) IS TRUE AS by_another FROM own)
                SELECT type, occurred_at, CASE WHEN NOT by_another THEN address END AS address,
                	CASE WHEN NOT by_another THEN user_agent END AS user_agent
                FROM marked ORDER BY occurred_at DESC LIMIT :most""").param("account", account).param("most", MOST_EVENTS)
                .query((row, _) -> {
                    Map<String, Object> event = new LinkedHashMap<>();
                    event.put("type", row.getString("type"));
                    event.put("time", row.getObject("occurred_at", Timestamp.class).toInstant());
                    event.put("address", row.getString("address"));
                    event.put("user_agent", row.getString("user_agent"));
                    return event;
                }).list();
    }
}
