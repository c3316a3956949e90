package dev.gatehouse.auth.recovery;

import java.util.List;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.challenge.Challenges;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.password.Password;
import dev.gatehouse.auth.password.PasswordHasher;
import dev.gatehouse.auth.password.rules.PasswordRule;
import dev.gatehouse.auth.password.rules.PasswordRules;
import dev.gatehouse.auth.reauthentication.Reauthentication;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;

/// Another password for somebody who is signed in and knows the one in use. Ends all other sessions. Blocks; thread-safe.
@Component
final class PasswordChange {

    private final Reauthentication reauthentication;
    private final PasswordRules rules;
    private final PasswordHasher hasher;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Challenges challenges;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;

    PasswordChange(Reauthentication reauthentication, PasswordRules rules, PasswordHasher hasher, Accounts accounts,
            Sessions sessions, Challenges challenges,
            Events events, Mails mails, TransactionTemplate transactions) {
        this.reauthentication = reauthentication;
        this.rules = rules;
        this.hasher = hasher;
        this.accounts = accounts;
        this.sessions = sessions;
        this.challenges = challenges;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
    }

    PasswordOutcome change(Session session, Password inUse, Password wanted) {
        return switch (reauthentication.check(session, inUse)) {
            case Reauthentication.Result.Right() -> change(session, wanted);
            case Reauthentication.Result.Wrong() -> new PasswordOutcome.WrongPassword();
            case Reauthentication.Result.Later(var retryAfter) -> new PasswordOutcome.Later(retryAfter);
        };
    }

    private PasswordOutcome change(Session session, Password wanted) {
        Account account = session.account();
        List<PasswordRule> broken = rules.broken(wanted, account.names());
        if (!broken.isEmpty()) {
            return new PasswordOutcome.Refused(broken);
        }
        String hash = hasher.hash(wanted);
        int epoch = transactions.execute(_ -> {
            sessions.claim(session);
            int raised = accounts.setPassword(account.id(), hash);
            challenges.endAll(account.id());
            sessions.keepOnly(session, raised, EndReason.PASSWORD_CHANGED);
            events.append(Event.about(EventType.USER_PASSWORD_CHANGED, account.id()).in(session.id()).with("reason", "change"));
            mails.enqueue(Mail.of(MailKind.PASSWORD_CHANGED, account.recipient()));
            return raised;
        });
        return new PasswordOutcome.Changed(new DeviceOwner(account.id(), epoch));
    }
}
