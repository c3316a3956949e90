package dev.gatehouse.auth.admin.user;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.email.EmailChangeStore;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Sessions;

/// Makes somebody choose a new password: the one in use is worth nothing from now on, every session ends, and a mail has the link.
///
/// The account gets the hash of a password that nobody knows, rather than none: so signing in costs what it costs everybody, and its time
/// does not tell. Blocks; thread-safe.
@Component
final class PasswordDisabling {

    private static final int LENGTH = 32;

    private final UserChanges changes;
    private final PasswordHasher hasher;
    private final SecureRandom random;
    private final Accounts accounts;
    private final EmailChangeStore emailChanges;
    private final Sessions sessions;
    private final Proofs proofs;
    private final Mails mails;

    PasswordDisabling(UserChanges changes, PasswordHasher hasher, SecureRandom random, Accounts accounts,
            EmailChangeStore emailChanges, Sessions sessions,
            Proofs proofs, Mails mails) {
        this.changes = changes;
        this.hasher = hasher;
        this.random = random;
        this.accounts = accounts;
        this.emailChanges = emailChanges;
        this.sessions = sessions;
        this.proofs = proofs;
        this.mails = mails;
    }

    ChangeResult disable(Admin asking, UUID id) {
        String hash = hasher.hash(unknown()); // before the transaction: nobody holds a connection while hashing
        return changes.change(asking, AdminScope.USERS_WRITE, id, (admin, user) -> {
            accounts.setPassword(id, hash);
            emailChanges.withdraw(id);
            sessions.endAll(id, EndReason.PASSWORD_CHANGED);
            mail(user.account());
            return changes.done(Event.about(EventType.ADMIN_PASSWORD_RESET_FORCED, id).by(admin.id()));
        });
    }

    private void mail(Account account) {
        Proofs.Issued issued = proofs.issue(Purpose.RESET_PASSWORD, account.id(), account.email().value());
        mails.enqueue(Mail.of(MailKind.PASSWORD_DISABLED, account.recipient(), issued.forMail().withoutCode()));
    }

    private Password unknown() {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return Password.chosen(Base64.getEncoder().encodeToString(bytes));
    }
}
