package dev.gatehouse.auth.account;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.password.rules.PasswordRule;
import dev.gatehouse.auth.password.rules.PasswordRules;

/// Registers people without telling whether an e-mail address is known: both cases cost a hash and a write and get the same
/// answer. Blocks; thread-safe.
@Component
final class Registrar {

    private final Accounts accounts;
    private final PasswordRules rules;
    private final PasswordHasher hasher;
    private final Ids ids;
    private final Clock clock;
    private final Events events;
    private final TransactionTemplate transactions;

    Registrar(Accounts accounts, PasswordRules rules, PasswordHasher hasher, Ids ids, Clock clock, Events events,
            TransactionTemplate transactions) {
        this.accounts = accounts;
        this.rules = rules;
        this.hasher = hasher;
        this.ids = ids;
        this.clock = clock;
        this.events = events;
        this.transactions = transactions;
    }

    RegistrationResult register(Registration wanted) {
        List<PasswordRule> broken = rules.broken(wanted.password(),
                List.of(wanted.username().value(), wanted.email().value()));
        if (!broken.isEmpty()) {
            return new RegistrationResult.PasswordRefused(broken);
        }
        String hash = hasher.hash(wanted.password());
        if (accounts.usernameTaken(wanted.username())) {
            return new RegistrationResult.UsernameTaken();
        }
        try {
            UUID id = ids.next();
            return new RegistrationResult.Answered(transactions.execute(_ -> insert(id, wanted, hash)));
        } catch (DuplicateKeyException meanwhile) {
            return new RegistrationResult.UsernameTaken();
        }
    }

    private Account insert(UUID id, Registration wanted, String hash) {
        Account account = accounts.insert(id, wanted.username(), wanted.email(), hash);
        boolean fresh = account.id().equals(id);
        EventType type = fresh ? EventType.USER_REGISTERED : EventType.USER_REGISTRATION_REPEATED;
        events.append(Event.about(type, account.id()));
        return fresh ? account : synthetic(id, wanted);
    }

    private Account synthetic(UUID id, Registration wanted) {
        return new Account(id, wanted.username(), wanted.email(), false, Account.FIRST_ROLES, 0,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }
}
