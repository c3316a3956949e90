package dev.gatehouse.auth.keys.rotation;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.events.Outbox;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.keys.JwksReaders;
import dev.gatehouse.auth.keys.KeyMaker;
import dev.gatehouse.auth.keys.SigningKeyStore;
import dev.gatehouse.auth.sealing.Resealing;
import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.sealing.SealingKeys;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.auth.settings.KeySettings;
import dev.gatehouse.auth.settings.SettingsReader;

/// The commands `keys list`, `keys rehearse`, `keys rotate [--compromised]` and `keys reseal`. They need `DATABASE_URL` and the settings about keys; running
/// instances follow within seconds.
public final class KeysCommand {

    private final KeySettings settings;
    private final SingleConnectionDataSource database;
    private final PrintStream out;

    private KeysCommand(KeySettings settings, SingleConnectionDataSource database, PrintStream out) {
        this.settings = settings;
        this.database = database;
        this.out = out;
    }

    /// {@return the exit code: 0 done, 1 not possible, 2 wrongly called}
    ///
    /// @param arguments after the word `keys`
    /// @param environment names and values, as from `System.getenv()`
    /// @param out where to say what happened
    public static int run(List<String> arguments, Map<String, String> environment, PrintStream out) {
        try {
            DatabaseUrl url = SettingsReader.database(environment);
            KeySettings settings = SettingsReader.keys(environment);
            SingleConnectionDataSource database = new SingleConnectionDataSource(url.jdbcUrl(), true);
            database.setConnectionProperties(url.properties());
            try {
                return new KeysCommand(settings, database, out).run(String.join(" ", arguments));
            } finally {
                database.destroy();
            }
        } catch (IllegalArgumentException wrong) {
            out.println(wrong.getMessage());
        } catch (DataAccessException | TransactionException away) {
            out.println("DATABASE_URL: the database does not answer, or was never migrated by the auth service");
        }
        return 1;
    }

    private int run(String what) {
        if (what.startsWith("r") && !what.equals("rehearse")) {
            new SealingKeys(JdbcClient.create(database), sealer()).requireKnown();
        }
        return switch (what) {
            case "list" -> list();
            case "rehearse" -> rehearse();
            case "rotate" -> rotate();
            case "rotate --compromised" -> replaceCompromised();
            case "reseal" -> reseal();
            default -> {
                out.println("usage: keys list | keys rehearse | keys rotate [--compromised] | keys reseal");
                yield 2;
            }
        };
    }

    private int list() {
        for (KeyList.Entry key : keyList().keys()) {
            String then = key.until().map(until -> switch (key.state()) {
                case NEXT -> "signs from " + time(until);
                case ACTIVE -> "signs until " + time(until);
                case RETIRED -> "is removed at " + time(until);
            }).orElse("");
            out.println(key.kid() + "  " + key.algorithm() + "  " + key.state().stored() + " since " + time(key.since()) + "  "
                    + then);
        }
        return 0;
    }

    /// Who of those that read the keys lately does not know the next one yet. Only those who read them at this service itself decide what comes of
    /// it: through a gateway, anybody can.
    private int rehearse() {
        List<JwksReaders.Reader> readers = keyList().readers();
        readers.forEach(reader -> out.println((reader.knowsNext() ? "knows the next key  " : "does not know it    ")
                + time(reader.seenAt()) + (reader.isDirect() ? "  directly         " : "  through a gateway") + "  "
                + reader.address() + "  " + reader.agent()));
        List<JwksReaders.Reader> direct = readers.stream().filter(JwksReaders.Reader::isDirect).toList();
        long behind = direct.stream().filter(reader -> !reader.knowsNext()).count();
        out.println(direct.size() + " have read the keys directly within two days, " + behind
                + " of them before the next key was published");
        return direct.isEmpty() || behind > 0 ? 1 : 0;
    }

    private int rotate() {
        Optional<Instant> notBefore = rotation().rotate(Optional.empty());
        out.println(notBefore.map(then -> "not yet: the next key has to be published until " + time(then)
                + ", so that everybody knows it (with --compromised the keys are replaced at once)")
                .orElse("the next key signs; the one before stays published until its tokens have expired"));
        return notBefore.isEmpty() ? 0 : 1;
    }

    private int replaceCompromised() {
        rotation().replaceCompromised(Optional.empty());
        out.println("all keys are new; every access token is worth nothing as soon as gateways have asked for the keys again");
        return 0;
    }

    private int reseal() {
        Resealing.Report report = new Resealing(database, sealer()).run();
        report.columns()
                .forEach(column -> out.println(column.name() + ": " + column.sealed() + " sealed anew, " + column.unopened()
                        + " that no key opens"));
        transactions().executeWithoutResult(_ -> events().append(Event.of(EventType.KEY_RESEALED)));
        if (!report.stillInUse().isEmpty()) {
            out.println(
                    "an instance sealed under another key within the last three minutes; run this again when all have the new one");
        } else if (report.complete()) {
            out.println("everything is sealed under GATEHOUSE_KEK; GATEHOUSE_KEK_OLD is not needed any more");
        }
        return report.complete() ? 0 : 1;
    }

    private KeyList keyList() {
        return new KeyList(store(), new JwksReaders(JdbcClient.create(database)), settings);
    }

    private KeyRotation rotation() {
        SigningKeyStore store = store();
        return new KeyRotation(store, new KeyMaker(sealer()), events(), transactions(), settings, store::now);
    }

    private SigningKeyStore store() {
        return new SigningKeyStore(JdbcClient.create(database));
    }

    private Sealer sealer() {
        return new Sealer(settings.encryption(), new SecureRandom());
    }

    private Events events() {
        Outbox outbox = new Outbox(JdbcClient.create(database), new Ids(Clock.systemUTC(), new SecureRandom()));
        return new Events(outbox, List.of()); // a running service finds it within a second
    }

    private TransactionTemplate transactions() {
        return new TransactionTemplate(new DataSourceTransactionManager(database));
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MINUTES).toString();
    }
}
