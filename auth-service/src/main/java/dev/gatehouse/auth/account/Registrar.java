package dev.gatehouse.auth.account;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.password.PasswordHasher;

/// Registers people without telling whether an e-mail address is known: both cases cost a hash and a write and get the same
/// answer. Blocks; thread-safe.
@Component
final class Registrar {

    private final Accounts accounts;
    private final PasswordHasher hasher;
    private final Ids ids;
    private final Clock clock;

    Registrar(Accounts accounts, PasswordHasher hasher, Ids ids, Clock clock) {
        this.accounts = accounts;
        this.hasher = hasher;
        this.ids = ids;
        this.clock = clock;
    }

    RegistrationResult register(Registration wanted) {
        String hash = hasher.hash(wanted.password());
        if (accounts.usernameTaken(wanted.username())) {
            return new RegistrationResult.UsernameTaken();
        }
        try {
            UUID id = ids.next();
            Optional<Account> inserted = accounts.insert(id, wanted.username(), wanted.email(), hash);
            return new RegistrationResult.Answered(inserted.orElseGet(() -> synthetic(id, wanted)));
        } catch (DuplicateKeyException meanwhile) {
            return new RegistrationResult.UsernameTaken();
        }
    }

    private Account synthetic(UUID id, Registration wanted) {
        return new Account(id, wanted.username(), wanted.email(), false, Account.FIRST_ROLES, 0,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }
}
