package dev.gatehouse.auth.account;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.events.Outbox;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.auth.settings.SettingsReader;

/// The command `grant-role USERNAME ROLE`: how the first administrator comes to be. Needs `DATABASE_URL` and nothing else.
public final class GrantRole {

    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    private GrantRole() {}

    /// {@return the exit code: 0 done, 1 not possible, 2 wrongly called}
    ///
    /// @param arguments username and role
    /// @param environment names and values, as from `System.getenv()`
    /// @param out where to say what happened
    public static int run(List<String> arguments, Map<String, String> environment, PrintStream out) {
        if (arguments.size() != 2) {
            out.println("usage: grant-role USERNAME ROLE");
            return 2;
        }
        try {
            Username username = new Username(arguments.get(0));
            String role = arguments.get(1);
            if (!ROLE.matcher(role).matches()) {
                out.println("ROLE: is not a role (expected: 1 to 32 of a to z, digits, - and _, a letter first)");
                return 2;
            }
            return report(granted(environment, username, role), username, role, out);
        } catch (IllegalArgumentException wrong) {
            out.println(wrong.getMessage());
            return 1;
        } catch (DataAccessException | TransactionException away) {
            out.println("DATABASE_URL: the database does not answer, or was never migrated by the auth service");
            return 1;
        }
    }

    private static int report(boolean granted, Username username, String role, PrintStream out) {
        out.println(granted
                ? username.value() + " has the role " + role + "; it is in tokens from the next sign-in or refresh on"
                : "there is no user " + username.value());
        return granted ? 0 : 1;
    }

    private static boolean granted(Map<String, String> environment, Username username, String role) {
        DatabaseUrl url = SettingsReader.database(environment);
        var database = new DriverManagerDataSource(url.jdbcUrl(), url.properties());
        JdbcClient jdbc = JdbcClient.create(database);
        Ids ids = new Ids(Clock.systemUTC(), new SecureRandom());
        Events events = new Events(new Outbox(jdbc, ids), List.of()); // a running service finds it within a second
        return new TransactionTemplate(new DataSourceTransactionManager(database)).execute(_ -> {
            requireRole(jdbc, role);
            var account = new Accounts(jdbc).grant(username, role);
            account.ifPresent(id -> events.append(Event.about(EventType.ADMIN_ROLE_GRANTED, id).with("role", role)));
            return account.isPresent();
        });
    }

    private static void requireRole(JdbcClient jdbc, String role) {
        if (jdbc.sql("SELECT name FROM role WHERE name = ? FOR SHARE").param(role).query(String.class).optional().isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no role " + role + " (expected: admin, user, or one that an administrator made)");
        }
    }
}
