package dev.gatehouse.auth.profile;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.EmailAddress;
import dev.gatehouse.auth.database.Cleanup;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Proofs.Proof;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.role.Administrators;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.settings.Settings;

/// Deletes accounts at their owners' wish, after a time in which they may change their minds. Blocks; thread-safe.
@Component
final class Deletion implements Cleanup {

    private final Accounts accounts;
    private final DeletionStore store;
    private final Administrators administrators;
    private final Sessions sessions;
    private final Proofs proofs;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;
    private final Settings settings;

    Deletion(Accounts accounts, DeletionStore store, Administrators administrators, Sessions sessions, Proofs proofs,
            Events events, Mails mails,
            TransactionTemplate transactions, Settings settings) {
        this.accounts = accounts;
        this.store = store;
        this.administrators = administrators;
        this.sessions = sessions;
        this.proofs = proofs;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
        this.settings = settings;
    }

    /// {@return when the account will be gone, its sessions ending at once; empty where nobody else could administer then}
    ///
    /// @throws dev.gatehouse.auth.problem.Refusal where the session has ended meanwhile
    Optional<Instant> request(Session session) {
        return transactions.execute(_ -> {
            administrators.oneAtATime(); // ahead of the account, as whoever gives it a role
            Account account = sessions.claim(session).account();
            if (account.isAdmin() && !administrators.othersThan(account.id())) {
                return Optional.empty();
            }
            Instant due = store.mark(account.id(), settings.login().deletionGrace());
            sessions.endAll(account.id(), EndReason.ACCOUNT_DELETED);
            events.append(Event.about(EventType.USER_DELETION_REQUESTED, account.id()));
            Proofs.Issued issued = proofs.issue(Purpose.KEEP_ACCOUNT, account.id(), account.email().value());
            mails.enqueue(Mail.of(MailKind.DELETION_REQUESTED, account.recipient(), issued.forMail().withoutCode()));
            return Optional.of(due);
        });
    }

    /// {@return whether the account was to be deleted and is not any more}
    boolean keep(Optional<Proof> found) {
        return found.isPresent() && transactions.execute(_ -> proofs.consume(found.get()) && isOfAddressInUse(found.get())
                && keep(found.get().account()));
    }

    /// {@return the same, for whoever is signed in}
    boolean keep(UUID account) {
        return transactions.execute(_ -> {
            boolean kept = accounts.keep(account);
            if (kept) {
                events.append(Event.about(EventType.USER_DELETION_CANCELLED, account));
            }
            return kept;
        });
    }

    private boolean isOfAddressInUse(Proof proof) {
        return accounts.lock(proof.account()).email().key().equals(new EmailAddress(proof.email()).key());
    }

    /// Deletes accounts that are due, each in its own transaction.
    @Override
    public int deleteSome(int most) {
        List<UUID> due = store.due(most);
        due.forEach(id -> transactions.executeWithoutResult(_ -> {
            if (store.lockDue(id)) {
                sessions.endAll(id, EndReason.ACCOUNT_DELETED);
                events.append(Event.about(EventType.USER_DELETED, id));
                store.delete(id);
            }
        }));
        return due.size();
    }
}
