package dev.gatehouse.auth.login;

import java.util.Optional;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.session.Device;
import dev.gatehouse.auth.session.Sessions;

/// Signs people in with a password. An unknown user costs the same query and the same hash as a wrong password. Holds no database
/// connection while it hashes. Blocks; thread-safe.
@Component
final class Login {

    private final Accounts accounts;
    private final PasswordHasher hasher;
    private final Sessions sessions;
    private final PasswordUpgrade upgrade;
    private final MeterRegistry meters;
    private final Events events;
    private final TransactionTemplate transactions;

    Login(Accounts accounts, PasswordHasher hasher, Sessions sessions, PasswordUpgrade upgrade, MeterRegistry meters,
            Events events, TransactionTemplate transactions) {
        this.accounts = accounts;
        this.hasher = hasher;
        this.sessions = sessions;
        this.upgrade = upgrade;
        this.meters = meters;
        this.events = events;
        this.transactions = transactions;
    }

    LoginResult attempt(String login, Password password, Device device) {
        Optional<WithPassword> account = accounts.findByLogin(login);
        boolean matches = hasher.matches(password, account.map(WithPassword::passwordHash));
        meters.counter("gatehouse.login", "outcome", matches ? "signed_in" : "failed").increment();
        if (matches) {
            upgrade.consider(account.orElseThrow(), password);
        }
        return transactions.execute(_ -> matches
                ? signedIn(account.orElseThrow().account(), device)
                : failed(account.map(WithPassword::account)));
    }

    private LoginResult signedIn(Account account, Device device) {
        Sessions.Opened opened = sessions.open(account, device);
        events.append(Event.about(EventType.USER_LOGIN_SUCCEEDED, account.id()).in(opened.session().id()));
        return new LoginResult.SignedIn(opened);
    }

    private LoginResult failed(Optional<Account> account) {
        Event failure = account.map(known -> Event.about(EventType.USER_LOGIN_FAILED, known.id()))
                .orElseGet(() -> Event.of(EventType.USER_LOGIN_FAILED));
        events.append(failure.with("reason", account.isPresent() ? "wrong_password" : "unknown_user"));
        return new LoginResult.Failed();
    }
}
