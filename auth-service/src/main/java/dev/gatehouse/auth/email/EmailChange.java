package dev.gatehouse.auth.email;

import java.util.Optional;
import java.util.function.Supplier;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Accounts.WithPassword;
import dev.gatehouse.auth.account.EmailAddress;
import dev.gatehouse.auth.email.EmailVerification.By;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.Mail.Recipient;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.mfa.SecondFactor;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Proofs.Proof;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.timing.FailureFloor;

/// Another address instead of the one in use, once somebody has confirmed at both; where the one in use was never verified, the new
/// one is enough. An account with second factors needs the new one's code from whoever is signed in: its reader would be asked for factors of
/// somebody else otherwise, if they only opened a link. Whoever asks does not learn whether the new one belongs to another account: its owner does. Blocks; thread-safe.
@Component
final class EmailChange {

    private final Accounts accounts;
    private final EmailChangeStore changes;
    private final Sessions sessions;
    private final SecondFactor secondFactor;
    private final Proofs proofs;
    private final Events events;
    private final Mails mails;
    private final Quotas quotas;
    private final Subjects subjects;
    private final FailureFloor floor;
    private final TransactionTemplate transactions;

    EmailChange(Accounts accounts, EmailChangeStore changes, Sessions sessions, SecondFactor secondFactor,
            Proofs proofs, Events events, Mails mails,
            Quotas quotas,
            Subjects subjects, FailureFloor floor, TransactionTemplate transactions) {
        this.accounts = accounts;
        this.changes = changes;
        this.sessions = sessions;
        this.secondFactor = secondFactor;
        this.proofs = proofs;
        this.events = events;
        this.mails = mails;
        this.quotas = quotas;
        this.subjects = subjects;
        this.floor = floor;
        this.transactions = transactions;
    }

    /// {@return whether the mails were asked for; not where that was done within the last minute}
    ///
    /// @throws dev.gatehouse.auth.problem.Refusal where the session has ended meanwhile
    boolean request(Session session, EmailAddress wanted) {
        long since = floor.now();
        if (!quotas.mayMail("change:" + session.account().id())) {
            return false;
        }
        Optional<Account> owner = accounts.findByLogin(wanted.value()).map(WithPassword::account);
        // Whoever asks: many accounts are not to fill one mailbox.
        boolean mayMail = quotas.mayMail("wanted:" + subjects.of(owner.map(Account::id), wanted.key()));
        transactions.executeWithoutResult(_ -> {
            Account account = sessions.claim(session).account();
            changes.begin(account, wanted);
            events.append(Event.about(EventType.USER_EMAIL_CHANGE_REQUESTED, account.id()));
            if (account.emailVerified()) {
                send(MailKind.CHANGE_EMAIL_OLD, Purpose.CHANGE_EMAIL_OLD, account, account.email());
            }
            if (mayMail) {
                owner.ifPresentOrElse(other -> mails.enqueue(Mail.of(MailKind.ADDRESS_WANTED, other.recipient())),
                        () -> send(MailKind.CHANGE_EMAIL_NEW, Purpose.CHANGE_EMAIL_NEW, account, wanted));
            }
        });
        floor.pad(since);
        return true;
    }

    /// {@return how far the change is then}
    ///
    /// @param shown looks for what was shown as proof
    Progress confirm(Supplier<Optional<Proof>> shown, By by) {
        long since = floor.now();
        Progress progress = confirm(shown.get(), by);
        if (progress != Progress.CHANGED && by == By.OWNER_WITH_CODE) {
            floor.pad(since); // where the new address belongs to somebody else there is no code to try before the other
        }
        return progress;
    }

    private Progress confirm(Optional<Proof> found, By by) {
        try {
            return found.isEmpty() ? Progress.NOT_PROVEN : transactions.execute(transaction -> {
                Progress progress = confirm(found.get(), by);
                if (progress == Progress.CODE_NEEDED) {
                    transaction.setRollbackOnly();
                }
                return progress;
            });
        } catch (DuplicateKeyException takenMeanwhile) {
            return Progress.NOT_PROVEN;
        }
    }

    private Progress confirm(Proof proof, By by) {
        if (!proofs.consume(proof)) {
            return Progress.NOT_PROVEN;
        }
        Optional<EmailChangeStore.Pending> pending = changes.confirm(proof, by);
        if (pending.isEmpty()) {
            return Progress.NOT_PROVEN;
        }
        boolean owned = pending.get().owned();
        if (pending.get().newConfirmed() && !owned && !secondFactor.enrolled(proof.account()).methods().isEmpty()) {
            return Progress.CODE_NEEDED;
        }
        if (!pending.get().confirmed()) {
            return Progress.HALF;
        }
        changes.end(proof.account());
        accounts.changeEmail(proof.account(), new EmailAddress(pending.get().email()), owned);
        events.append(Event.about(EventType.USER_EMAIL_CHANGED, proof.account()));
        return Progress.CHANGED;
    }

    private void send(MailKind kind, Purpose purpose, Account account, EmailAddress to) {
        Proofs.Issued issued = proofs.issue(purpose, account.id(), to.value());
        mails.enqueue(Mail.of(kind, Recipient.of(to.value(), account.username().value()), issued.forMail()));
    }

    /// How far a change is.
    enum Progress {
        NOT_PROVEN, CODE_NEEDED, HALF, CHANGED
    }
}
