package dev.gatehouse.auth.account;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.password.rules.PasswordRule;
import dev.gatehouse.auth.password.rules.PasswordRules;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.timing.FailureFloor;

/// Registers people without telling whether an e-mail address is known: both cases cost a hash and a write and get the same
/// answer in the same time. Blocks; thread-safe.
@Component
final class Registrar {

    private final Accounts accounts;
    private final PasswordRules rules;
    private final PasswordHasher hasher;
    private final Ids ids;
    private final Clock clock;
    private final Events events;
    private final TransactionTemplate transactions;
    private final Proofs proofs;
    private final Mails mails;
    private final Quotas quotas;
    private final Subjects subjects;
    private final FailureFloor floor;

    Registrar(Accounts accounts, PasswordRules rules, PasswordHasher hasher, Ids ids, Clock clock, Events events,
            TransactionTemplate transactions, Proofs proofs, Mails mails, Quotas quotas, Subjects subjects,
            FailureFloor floor) {
        this.accounts = accounts;
        this.rules = rules;
        this.hasher = hasher;
        this.ids = ids;
        this.clock = clock;
        this.events = events;
        this.transactions = transactions;
        this.proofs = proofs;
        this.mails = mails;
        this.quotas = quotas;
        this.subjects = subjects;
        this.floor = floor;
    }

    RegistrationResult register(Registration wanted) {
        long since = floor.now();
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
            // Asked in any case, so that the time does not tell whether it matters.
            Optional<UUID> owner = accounts.findByLogin(wanted.email().value()).map(known -> known.account().id());
            boolean mayTell = quotas.mayMail(owner.map(this::known).orElse("exists:" + id));
            Account account = transactions.execute(_ -> insert(id, wanted, hash, owner.isEmpty(), mayTell));
            floor.pad(since);
            return new RegistrationResult.Answered(account);
        } catch (DuplicateKeyException meanwhile) {
            return new RegistrationResult.UsernameTaken();
        }
    }

    private Account insert(UUID id, Registration wanted, String hash, boolean unknown, boolean mayTell) {
        Account account = accounts.insert(id, wanted.username(), wanted.email(), hash);
        boolean fresh = account.id().equals(id);
        EventType type = fresh ? EventType.USER_REGISTERED : EventType.USER_REGISTRATION_REPEATED;
        events.append(Event.about(type, account.id()));
        boolean meanwhile = unknown && !fresh; // of many with one new address at the same moment, all but one
        mail(account, fresh, meanwhile ? quotas.mayMail(known(account.id())) : mayTell);
        return fresh ? account : synthetic(id, wanted);
    }

    /// The owner of a known address is told, and can take the account over with a new password: that also ends what somebody who
    /// registered with a foreign address may have prepared.
    private void mail(Account account, boolean fresh, boolean mayTell) {
        Purpose purpose = fresh ? Purpose.VERIFY_EMAIL : Purpose.RESET_PASSWORD;
        Proofs.Issued issued = proofs.issue(purpose, account.id(), account.email().value());
        if (fresh || mayTell) {
            mails.enqueue(fresh
                    ? Mail.of(MailKind.VERIFY_EMAIL, account.recipient(), issued.forMail())
                    : Mail.of(MailKind.ACCOUNT_EXISTS, account.recipient(), issued.forMail().withoutCode()));
        }
    }

    private String known(UUID account) {
        return "exists:" + subjects.of(account);
    }

    private Account synthetic(UUID id, Registration wanted) {
        return new Account(id, wanted.username(), wanted.email(), false, Account.FIRST_ROLES, List.of(), false, 0, false,
                clock.instant().truncatedTo(ChronoUnit.MICROS), Optional.empty());
    }
}
