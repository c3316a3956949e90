package dev.gatehouse.auth.profile;

import java.util.Optional;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.AccountView;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.account.Username;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.precondition.EntityTag;
import dev.gatehouse.auth.precondition.IfMatch;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;

/// Gives accounts other names, of which their owners are told by mail. Of many who want one at the same moment, one gets it. Blocks; thread-safe.
@Component
final class Renaming {

    private final Accounts accounts;
    private final Sessions sessions;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;

    Renaming(Accounts accounts, Sessions sessions, Events events, Mails mails, TransactionTemplate transactions) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
    }

    /// {@return the account under its new name, or empty where another account has it}
    ///
    /// @param seen versions of the profile that may be changed
    /// @throws dev.gatehouse.auth.problem.Refusal where it is another one by now, or the session has ended
    Optional<Account> rename(Session session, Username username, IfMatch seen) {
        try {
            return Optional.of(transactions.execute(_ -> {
                Account account = sessions.claim(session).account();
                if (!seen.allows(EntityTag.of(AccountView.of(account)))) {
                    throw IfMatch.failed();
                }
                events.append(Event.about(EventType.USER_USERNAME_CHANGED, account.id()));
                Account renamed = accounts.rename(account.id(), username);
                if (!renamed.username().equals(account.username())) {
                    mails.enqueue(Mail.of(MailKind.USERNAME_CHANGED, renamed.recipient()));
                }
                return renamed;
            }));
        } catch (DuplicateKeyException taken) {
            return Optional.empty();
        }
    }
}
