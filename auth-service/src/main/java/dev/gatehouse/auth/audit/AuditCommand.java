package dev.gatehouse.auth.audit;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.gatehouse.auth.audit.AuditLog.Known;
import dev.gatehouse.auth.audit.AuditLog.Verdict;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.auth.settings.SettingsReader;

/// The command `audit export` and `audit verify [POSITION:HASH]`. Needs `DATABASE_URL` and nothing else.
public final class AuditCommand {

    private static final Pattern KNOWN = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

    private AuditCommand() {}

    /// {@return the exit code: 0 done and whole, 1 not possible or not whole, 2 wrongly called}
    ///
    /// @param arguments after the word `audit`
    /// @param environment names and values, as from `System.getenv()`
    /// @param out for the lines of the export, or the verdict
    /// @param err for what went wrong
    public static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            if (arguments.equals(List.of("export"))) {
                log(environment).export(out::println);
                return out.checkError() ? 1 : 0;
            }
            if (!arguments.isEmpty() && arguments.getFirst().equals("verify") && arguments.size() <= 2) {
                return verify(arguments, environment, out, err);
            }
            return usage(err);
        } catch (IllegalArgumentException wrong) {
            err.println(wrong.getMessage());
        } catch (DataAccessException away) {
            err.println("DATABASE_URL: the database does not answer, or was never migrated by the auth service");
        }
        return 1;
    }

    private static int verify(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        Optional<Known> known = Optional.empty();
        if (arguments.size() == 2) {
            Matcher noted = KNOWN.matcher(arguments.get(1));
            if (!noted.matches()) {
                return usage(err);
            }
            known = Optional.of(new Known(Long.parseLong(noted.group(1)), noted.group(2)));
        }
        return switch (log(environment).verify(known)) {
            case Verdict.Whole(long position, String hash) -> {
                out.println("the audit log is whole; note this elsewhere for the next time: " + position + ":" + hash);
                yield 0;
            }
            case Verdict.Broken(long position) -> {
                out.println("the audit log is broken at position " + position + ": changed, removed or put in between");
                yield 1;
            }
            case Verdict.Rewritten() -> {
                out.println("the audit log was made anew or cut: " + arguments.get(1) + " is not in it");
                yield 1;
            }
        };
    }

    private static int usage(PrintStream err) {
        err.println("usage: audit export | audit verify [POSITION:HASH]");
        return 2;
    }

    private static AuditLog log(Map<String, String> environment) {
        DatabaseUrl url = SettingsReader.database(environment);
        return new AuditLog(JdbcClient.create(new DriverManagerDataSource(url.jdbcUrl(), url.properties())));
    }
}
