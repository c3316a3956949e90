package dev.gatehouse.auth.mfa;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mail.Mail;
import dev.gatehouse.auth.mail.MailKind;
import dev.gatehouse.auth.mail.Mails;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Session;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.totp.Totp;

/// Adds and removes second factors. Each change ends all other sessions and is mailed to the owner. Whoever calls has asked for the
/// password. Blocks; thread-safe.
@Component
public final class Factors {

    private final FactorStore store;
    private final Accounts accounts;
    private final Authenticator authenticator;
    private final RecoveryCodes recoveryCodes;
    private final Sessions sessions;
    private final Events events;
    private final Mails mails;
    private final TransactionTemplate transactions;

    Factors(FactorStore store, Accounts accounts, Authenticator authenticator, RecoveryCodes recoveryCodes, Sessions sessions,
            Events events,
            Mails mails,
            TransactionTemplate transactions) {
        this.store = store;
        this.accounts = accounts;
        this.authenticator = authenticator;
        this.recoveryCodes = recoveryCodes;
        this.sessions = sessions;
        this.events = events;
        this.mails = mails;
        this.transactions = transactions;
    }

    /// {@return the secret of an app that counts once [#confirm] has seen a code, where there is no app then}
    ///
    /// @throws dev.gatehouse.auth.problem.Refusal where whoever has the account has not shown that they read its address, as for all that adds one
    Totp begin(Session session) {
        Account account = session.account();
        requireOwnAddress(account);
        return authenticator.begin(account.id(), session.id());
    }

    /// {@return new recovery codes, the app being the account's now; empty where this is no code of it. The session, which has shown
    /// both password and code, counts as signed in with both}
    Optional<List<String>> confirm(Session session, String code) {
        Account account = session.account();
        return authenticator.shown(account.id(), session.id(), code).flatMap(shown -> transactions.execute(transaction -> {
            sessions.claim(session);
            requireOwnAddress(account);
            if (!authenticator.enrol(account.id(), shown)) {
                transaction.setRollbackOnly();
                return Optional.empty();
            }
            List<String> codes = recoveryCodes.renew(account);
            sessions.raise(session.id(), Session.Assurance.SECOND_FACTOR);
            changed(session, EventType.USER_MFA_ENROLLED, Method.TOTP);
            return Optional.of(codes);
        }));
    }

    /// {@return whether there was an app}
    boolean removeTotp(Session session) {
        return transactions.execute(_ -> {
            sessions.claim(session);
            boolean removed = store.removeTotp(session.account().id());
            if (removed) {
                changed(session, EventType.USER_MFA_REMOVED, Method.TOTP);
                forgetUselessCodes(session.account());
            }
            return removed;
        });
    }

    /// {@return false where it was the same before}
    boolean setEmail(Session session, boolean wanted) {
        return transactions.execute(_ -> {
            sessions.claim(session);
            if (wanted) {
                requireOwnAddress(session.account());
            }
            boolean changed = store.setEmail(session.account().id(), wanted);
            if (changed) {
                changed(session, wanted ? EventType.USER_MFA_ENROLLED : EventType.USER_MFA_REMOVED, Method.EMAIL);
                forgetUselessCodes(session.account());
            }
            return changed;
        });
    }

    /// {@return new recovery codes; the old ones are worth nothing any more}
    List<String> renewRecoveryCodes(Session session) {
        Account account = session.account();
        return transactions.execute(_ -> {
            sessions.claim(session);
            mails.enqueue(Mail.of(MailKind.RECOVERY_CODES_MADE, account.recipient()));
            return recoveryCodes.renew(account);
        });
    }

    /// Removes every second factor of an account, whose owner is told. Part of the caller's transaction, if there is one.
    ///
    /// @param account whose
    /// @param administrator who does so, where that is not the owner
    /// @return whether there was any
    public boolean removeAll(Account account, Optional<UUID> administrator) {
        return transactions.execute(_ -> {
            boolean totp = store.removeTotp(account.id());
            boolean email = store.setEmail(account.id(), false);
            store.removeRecoveryCodes(account.id());
            if (totp || email) {
                Event removed = Event.about(EventType.USER_MFA_REMOVED, account.id()).with("method", "all");
                events.append(administrator.map(removed::by).orElse(removed));
                mails.enqueue(Mail.of(administrator.isPresent() ? MailKind.MFA_REMOVED : MailKind.MFA_CHANGED,
                        account.recipient()));
            }
            return totp || email;
        });
    }

    /// A factor outlives a reset of the password. It must be that of whoever can ask for one: not of somebody who registered with a foreign address,
    /// whatever its reader has opened since.
    private void requireOwnAddress(Account account) {
        if (!accounts.isEmailOwned(account.id())) {
            throw Problem.of(ProblemCode.EMAIL_UNVERIFIED, "Verify the address with the code of its mail first, signed in.")
                    .refusal();
        }
    }

    private void forgetUselessCodes(Account account) {
        if (store.enrolled(account.id()).methods().isEmpty()) {
            store.removeRecoveryCodes(account.id());
        }
    }

    private void changed(Session session, EventType type, Method method) {
        Account account = session.account();
        sessions.keepOnly(session, accounts.raiseEpoch(account.id()), EndReason.FACTORS_CHANGED);
        events.append(Event.about(type, account.id()).in(session.id()).with("method", method.key()));
        mails.enqueue(Mail.of(MailKind.MFA_CHANGED, account.recipient()));
    }
}
