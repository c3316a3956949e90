package dev.gatehouse.auth.admin.user;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.user.ChangeResult.Beyond;
import dev.gatehouse.auth.admin.user.ChangeResult.LastAdmin;
import dev.gatehouse.auth.admin.user.ChangeResult.NoRole;
import dev.gatehouse.auth.admin.user.ChangeResult.Stale;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.precondition.EntityTag;
import dev.gatehouse.auth.precondition.IfMatch;
import dev.gatehouse.auth.session.EndReason;
import dev.gatehouse.auth.session.Sessions;

/// Gives and takes roles. A role that is taken counts no more at once, because the user's sessions end with it; one that is given is in the
/// next token. Blocks; thread-safe.
@Component
final class RoleAssignment {

    private final UserChanges changes;
    private final Users users;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Events events;

    RoleAssignment(UserChanges changes, Users users, Accounts accounts, Sessions sessions, Events events) {
        this.changes = changes;
        this.users = users;
        this.accounts = accounts;
        this.sessions = sessions;
        this.events = events;
    }

    /// {@return what came of it}
    ///
    /// @param wanted all roles from now on
    /// @param seen versions of the user that may be changed
    ChangeResult assign(Admin asking, UUID id, List<String> wanted, IfMatch seen) {
        return changes.change(asking, AdminScope.ROLES_WRITE, id, (admin, user) -> {
            Account account = user.account();
            Map<String, List<String>> scopes = users.scopes(wanted);
            List<String> unknown = without(wanted, scopes.keySet().stream().toList());
            List<String> taken = without(account.roles(), wanted);
            if (!seen.allows(EntityTag.of(UserView.of(user)))) {
                return new Stale();
            }
            if (!unknown.isEmpty()) {
                return new NoRole(unknown);
            }
            if (!admin.covers(scopes.values().stream().flatMap(List::stream).toList())) {
                return new Beyond();
            }
            return taken.contains(Account.ADMIN) && changes.isLast(account)
                    ? new LastAdmin()
                    : change(admin, account, wanted, taken);
        });
    }

    private ChangeResult change(Admin admin, Account account, List<String> wanted, List<String> taken) {
        UUID id = account.id();
        accounts.setRoles(id, wanted);
        if (!taken.isEmpty()) {
            sessions.endAll(id, EndReason.ROLES_CHANGED);
        }
        taken.forEach(role -> events.append(Event.about(EventType.ADMIN_ROLE_REVOKED, id).by(admin.id()).with("role", role)));
        without(wanted, account.roles()).forEach(
                role -> events.append(Event.about(EventType.ADMIN_ROLE_GRANTED, id).by(admin.id()).with("role", role)));
        return new ChangeResult.Changed(users.find(id).orElseThrow());
    }

    private static List<String> without(List<String> names, List<String> others) {
        List<String> rest = new ArrayList<>(names);
        rest.removeAll(others);
        return rest;
    }
}
