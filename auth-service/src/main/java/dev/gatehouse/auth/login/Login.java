package dev.gatehouse.auth.login;

import java.util.Optional;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
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
    private final MeterRegistry meters;

    Login(Accounts accounts, PasswordHasher hasher, Sessions sessions, MeterRegistry meters) {
        this.accounts = accounts;
        this.hasher = hasher;
        this.sessions = sessions;
        this.meters = meters;
    }

    LoginResult attempt(String login, Password password, Device device) {
        Optional<WithPassword> account = accounts.findByLogin(login);
        boolean matches = hasher.matches(password, account.map(WithPassword::passwordHash));
        meters.counter("gatehouse.login", "outcome", matches ? "signed_in" : "failed").increment();
        return matches
                ? new LoginResult.SignedIn(sessions.open(account.orElseThrow().account(), device))
                : new LoginResult.Failed();
    }
}
