package dev.gatehouse.auth.email;

import java.util.Optional;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.EmailAddress;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.proof.Proofs;
import dev.gatehouse.auth.proof.Proofs.Proof;
import dev.gatehouse.auth.proof.Purpose;
import dev.gatehouse.auth.role.FirstAdmin;
import dev.gatehouse.auth.throttle.Quotas;

/// Takes the proof that somebody reads the address of their account. Blocks; thread-safe.
@Component
final class EmailVerification {

    private final Accounts accounts;
    private final EmailChangeStore changes;
    private final Proofs proofs;
    private final Events events;
    private final Mails mails;
    private final Quotas quotas;
    private final FirstAdmin firstAdmin;
    private final TransactionTemplate transactions;

    EmailVerification(Accounts accounts, EmailChangeStore changes, Proofs proofs, Events events, Mails mails, Quotas quotas,
            FirstAdmin firstAdmin,
            TransactionTemplate transactions) {
        this.accounts = accounts;
        this.changes = changes;
        this.proofs = proofs;
        this.events = events;
        this.mails = mails;
        this.quotas = quotas;
        this.firstAdmin = firstAdmin;
        this.transactions = transactions;
    }

    /// {@return whether the address is verified now; not where the account has another one meanwhile}
    ///
    /// @param by how it was proven: whoever is signed in and typed a code has the account, unlike whoever opened a link
    boolean verify(Optional<Proof> found, By by) {
        return found.isPresent() && transactions.execute(_ -> proofs.consume(found.get()) && verified(found.get(), by));
    }

    /// Sends the mail once more, unless that was done within the last minute or whoever has the account has shown its code.
    void sendAgain(Account account) {
        if (!accounts.isEmailOwned(account.id()) && quotas.mayMail("verify:" + account.id())) {
            transactions.executeWithoutResult(_ -> {
                Proofs.Issued issued = proofs.issue(Purpose.VERIFY_EMAIL, account.id(), account.email().value());
                mails.enqueue(Mail.of(MailKind.VERIFY_EMAIL, account.recipient(), issued.forMail()));
            });
        }
    }

    private boolean verified(Proof proof, By by) {
        EmailAddress email = new EmailAddress(proof.email());
        boolean verified = accounts.verifyEmail(proof.account(), email, by == By.OWNER_WITH_CODE);
        if (verified) {
            changes.withdraw(proof.account());
            events.append(Event.about(EventType.USER_EMAIL_VERIFIED, proof.account()));
        }
        if (verified && by == By.OWNER_WITH_CODE) {
            firstAdmin.ownerProved(proof.account(), email.key());
        }
        return verified;
    }

    /// How an address was proven.
    enum By {
        OWNER_WITH_CODE, LINK
    }
}
