package dev.gatehouse.auth.recovery;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.account.EmailAddress;
import dev.gatehouse.auth.challenge.Challenges;
import dev.gatehouse.auth.email.EmailChangeStore;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.mfa.Factors;
import dev.gatehouse.auth.mfa.MailCodes;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.password.rules.PasswordRule;
import dev.gatehouse.auth.password.rules.PasswordRules;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Proofs.Proof;
import dev.gatehouse.auth.proof.Proofs.Try;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.role.FirstAdmin;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.Throttle;
import dev.gatehouse.auth.timing.FailureFloor;

/// A new password for those who prove that they read the account's address. Nobody learns whether an address has an account. Blocks;
/// thread-safe.
@Component
final class PasswordReset {

    private final Accounts accounts;
    private final EmailChangeStore emailChanges;
    private final Proofs proofs;
    private final PasswordRules rules;
    private final PasswordHasher hasher;
    private final Sessions sessions;
    private final Throttle throttle;
    private final Quotas quotas;
    private final Subjects subjects;
    private final FailureFloor floor;
    private final Factors factors;
    private final MailCodes mailCodes;
    private final Challenges challenges;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;
    private final FirstAdmin firstAdmin;
    private final Ids ids;

    PasswordReset(Accounts accounts, EmailChangeStore emailChanges, Proofs proofs, PasswordRules rules, PasswordHasher hasher,
            Sessions sessions,
            Throttle throttle, Quotas quotas,
            Subjects subjects, FailureFloor floor, Factors factors, MailCodes mailCodes, Challenges challenges, Events events,
            Mails mails,
            TransactionTemplate transactions, FirstAdmin firstAdmin, Ids ids) {
        this.accounts = accounts;
        this.emailChanges = emailChanges;
        this.proofs = proofs;
        this.rules = rules;
        this.hasher = hasher;
        this.sessions = sessions;
        this.throttle = throttle;
        this.quotas = quotas;
        this.subjects = subjects;
        this.floor = floor;
        this.factors = factors;
        this.mailCodes = mailCodes;
        this.challenges = challenges;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
        this.firstAdmin = firstAdmin;
        this.ids = ids;
    }

    /// {@return the id that makes the code of the mail count; one of nothing where there is no mail}
    UUID request(EmailAddress email) {
        long since = floor.now();
        Optional<Account> account = accounts.findByLogin(email.value()).map(WithPassword::account);
        boolean due = quotas.mayMail(subjects.of(account.map(Account::id), email.key()));
        UUID id = account.filter(_ -> due).map(known -> transactions.execute(_ -> send(known))).orElseGet(ids::next);
        floor.pad(since);
        return id;
    }

    /// {@return what came of it}
    ///
    /// @param shown looks for what was shown as proof
    PasswordOutcome reset(Supplier<Try> shown, Password wanted) {
        long since = floor.now();
        PasswordOutcome outcome = switch (shown.get()) {
            case Try.Right(Proof proof) -> reset(proof, wanted);
            case Try.Wrong(UUID account) -> {
                guessed(account);
                yield new PasswordOutcome.NotProven();
            }
            case Try.None() -> new PasswordOutcome.NotProven();
        };
        if (outcome instanceof PasswordOutcome.NotProven) {
            floor.pad(since); // an id of nothing costs less than one behind which an account is
        }
        return outcome;
    }

    private PasswordOutcome reset(Proof proof, Password wanted) {
        Optional<Account> owner = accounts.find(proof.account()).map(WithPassword::account)
                .filter(account -> isFor(account, proof));
        if (owner.isEmpty()) {
            return new PasswordOutcome.NotProven();
        }
        Account account = owner.get();
        List<PasswordRule> broken = rules.broken(wanted, account.names());
        if (!broken.isEmpty()) {
            return new PasswordOutcome.Refused(broken);
        }
        String hash = hasher.hash(wanted);
        Optional<DeviceOwner> changed = transactions.execute(_ -> change(proof, hash));
        if (changed.isEmpty()) {
            return new PasswordOutcome.NotProven();
        }
        throttle.forgive(subjects.of(account.id(), account.names()));
        mailCodes.forgive(account.id());
        return new PasswordOutcome.Changed(changed.get());
    }

    private UUID send(Account account) {
        Proofs.Issued issued = proofs.issue(Purpose.RESET_PASSWORD, account.id(), account.email().value());
        events.append(Event.about(EventType.USER_PASSWORD_RESET_REQUESTED, account.id()));
        mails.enqueue(Mail.of(MailKind.RESET_PASSWORD, account.recipient(), issued.forMail()));
        return issued.id();
    }

    /// Only where one of five tries was spent: this may be written by whoever asks, for good.
    private void guessed(UUID account) {
        transactions.executeWithoutResult(_ -> events.append(Event.about(EventType.USER_LOGIN_FAILED, account)
                .with("method", "reset").with("reason", "wrong_code")));
    }

    private static boolean isFor(Account account, Proof proof) {
        return account.email().key().equals(new EmailAddress(proof.email()).key());
    }

    /// Whoever reads the address owns it, ends every session that somebody else may have, and keeps the account that somebody else may have
    /// wanted to end.
    private Optional<DeviceOwner> change(Proof proof, String hash) {
        if (!proofs.consume(proof)) {
            return Optional.empty();
        }
        Account account = accounts.lock(proof.account());
        if (!isFor(account, proof)) {
            return Optional.empty();
        }
        emailChanges.withdraw(account.id());
        int epoch = accounts.setPassword(account.id(), hash);
        challenges.endAll(account.id());
        if (!accounts.isEmailOwned(account.id())) {
            // of somebody who registered with a foreign address, under an older version
            factors.removeAll(account, Optional.empty());
        }
        if (!account.emailVerified()) {
            events.append(Event.about(EventType.USER_EMAIL_VERIFIED, account.id()));
        }
        if (accounts.verifyEmail(account.id(), account.email(), true)) {
            firstAdmin.ownerProved(account.id(), account.email().key());
        }
        if (accounts.keep(account.id())) {
            events.append(Event.about(EventType.USER_DELETION_CANCELLED, account.id()));
        }
        sessions.endAll(account.id(), EndReason.PASSWORD_CHANGED);
        events.append(Event.about(EventType.USER_PASSWORD_CHANGED, account.id()).with("reason", "reset"));
        mails.enqueue(Mail.of(MailKind.PASSWORD_CHANGED, account.recipient()));
        return Optional.of(new DeviceOwner(account.id(), epoch));
    }
}
