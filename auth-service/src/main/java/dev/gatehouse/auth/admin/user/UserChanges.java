package dev.gatehouse.auth.admin.user;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Rights;
import dev.gatehouse.auth.admin.user.ChangeResult.Beyond;
import dev.gatehouse.auth.admin.user.ChangeResult.Changed;
import dev.gatehouse.auth.admin.user.ChangeResult.LastAdmin;
import dev.gatehouse.auth.admin.user.ChangeResult.NoFactor;
import dev.gatehouse.auth.admin.user.ChangeResult.NoUser;
import dev.gatehouse.auth.admin.user.ChangeResult.Own;
import dev.gatehouse.auth.admin.user.Users.User;
import dev.gatehouse.auth.email.EmailChangeStore;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.mfa.Factors;
import dev.gatehouse.auth.role.Administrators;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Sessions;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.Throttle;

/// Changes accounts for administrators, one after the other over all instances: what an administrator may do and who is left to administer is
/// looked at again in the transaction of the change. Blocks; thread-safe.
@Component
final class UserChanges {

    private final Rights rights;
    private final Users users;
    private final Accounts accounts;
    private final EmailChangeStore emailChanges;
    private final Administrators administrators;
    private final Sessions sessions;
    private final Factors factors;
    private final Throttle throttle;
    private final Subjects subjects;
    private final Events events;
    private final TransactionTemplate transactions;

    UserChanges(Rights rights, Users users, Accounts accounts, EmailChangeStore emailChanges, Administrators administrators,
            Sessions sessions,
            Factors factors, Throttle throttle, Subjects subjects, Events events, TransactionTemplate transactions) {
        this.rights = rights;
        this.users = users;
        this.accounts = accounts;
        this.emailChanges = emailChanges;
        this.administrators = administrators;
        this.sessions = sessions;
        this.factors = factors;
        this.throttle = throttle;
        this.subjects = subjects;
        this.events = events;
        this.transactions = transactions;
    }

    /// Keeps the owner out: their sessions end, and signing in fails like with a wrong password.
    ChangeResult lock(Admin asking, UUID id) {
        return change(asking, AdminScope.USERS_WRITE, id, (admin, user) -> {
            if (isLast(user.account())) {
                return new LastAdmin();
            }
            accounts.setLocked(id, true);
            sessions.endAll(id, EndReason.LOCKED);
            return done(Event.about(EventType.ADMIN_USER_LOCKED, id).by(admin.id()));
        });
    }

    /// Lets the owner in again; what strangers guessed does not keep them out either.
    ChangeResult unlock(Admin asking, UUID id) {
        ChangeResult result = change(asking, AdminScope.USERS_WRITE, id, (admin, _) -> {
            accounts.setLocked(id, false);
            return done(Event.about(EventType.ADMIN_USER_UNLOCKED, id).by(admin.id()));
        });
        if (result instanceof Changed(User user)) {
            throttle.forgive(subjects.of(id, user.account().names()));
        }
        return result;
    }

    /// Vouches that the address is that of whoever has the account, and forgets that another one was asked for while it was not verified.
    ChangeResult verify(Admin asking, UUID id) {
        return change(asking, AdminScope.USERS_WRITE, id, (admin, user) -> {
            accounts.verifyEmail(id, user.account().email(), true);
            emailChanges.withdraw(id);
            return done(Event.about(EventType.ADMIN_USER_VERIFIED, id).by(admin.id()));
        });
    }

    /// Ends one session, or all.
    ChangeResult endSessions(Admin asking, UUID id, Optional<UUID> session) {
        return change(asking, AdminScope.USERS_WRITE, id, (admin, _) -> {
            session.ifPresentOrElse(one -> sessions.end(one, EndReason.ADMINISTERED),
                    () -> sessions.endAll(id, EndReason.ADMINISTERED));
            Event event = Event.about(EventType.ADMIN_SESSIONS_ENDED, id).by(admin.id());
            return done(session.map(event::in).orElse(event));
        });
    }

    /// Takes the second factors of somebody who has lost them; the password alone signs in then, on no session that there was before. Nobody
    /// takes their own like this: that needs a code, which whoever stole a session does not have.
    ChangeResult removeFactors(Admin asking, UUID id) {
        return change(asking, AdminScope.USERS_WRITE, id, (admin, user) -> {
            if (admin.id().equals(id)) {
                return new Own();
            }
            if (!factors.removeAll(user.account(), Optional.of(admin.id()))) {
                return new NoFactor();
            }
            sessions.endAll(id, EndReason.FACTORS_CHANGED);
            accounts.raiseEpoch(id);
            return done(Event.about(EventType.ADMIN_MFA_REMOVED, id).by(admin.id()));
        });
    }

    /// {@return what came of a change, made in a transaction in which nobody else changes administrators or this user}
    ///
    /// @param needed by the administrator, still
    /// @param change of the user, by the administrator as of then
    ChangeResult change(Admin asking, AdminScope needed, UUID id, BiFunction<Admin, User, ChangeResult> change) {
        return Objects.requireNonNull(transactions.execute(_ -> {
            Admin admin = rights.still(asking, needed);
            Optional<User> user = users.lock(id);
            if (user.isEmpty()) {
                return new NoUser();
            }
            return admin.covers(user.get().account().scopes()) ? change.apply(admin, user.get()) : new Beyond();
        }));
    }

    /// {@return whether nobody could administer without this account}
    boolean isLast(Account account) {
        return account.isAdmin() && !account.locked() && !administrators.othersThan(account.id());
    }

    ChangeResult done(Event event) {
        events.append(event);
        return new Changed(users.find(event.subject().orElseThrow()).orElseThrow());
    }
}
