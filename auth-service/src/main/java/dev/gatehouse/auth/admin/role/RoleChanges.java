package dev.gatehouse.auth.admin.role;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Rights;
import dev.gatehouse.auth.admin.role.RoleResult.Beyond;
import dev.gatehouse.auth.admin.role.RoleResult.BuiltIn;
import dev.gatehouse.auth.admin.role.RoleResult.Done;
import dev.gatehouse.auth.admin.role.RoleResult.Exists;
import dev.gatehouse.auth.admin.role.RoleResult.InUse;
import dev.gatehouse.auth.admin.role.RoleResult.NoRole;
import dev.gatehouse.auth.admin.role.RoleResult.Stale;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.precondition.EntityTag;
import dev.gatehouse.auth.precondition.IfMatch;

/// Makes, changes and removes roles. What changes is in the next token of whoever has the role, and counts at once where this service itself
/// asks. What the administrator may do is looked at again in the transaction of the change. Blocks; thread-safe.
@Component
final class RoleChanges {

    private static final List<String> KEPT_BY_ADMIN = Arrays.stream(AdminScope.values()).map(AdminScope::scope).toList();

    private final Rights rights;
    private final Roles roles;
    private final Events events;
    private final TransactionTemplate transactions;

    RoleChanges(Rights rights, Roles roles, Events events, TransactionTemplate transactions) {
        this.rights = rights;
        this.roles = roles;
        this.events = events;
        this.transactions = transactions;
    }

    RoleResult create(Admin asking, Role wanted) {
        return Objects.requireNonNull(transactions.execute(_ -> {
            Admin admin = rights.still(asking, AdminScope.ROLES_WRITE);
            if (!admin.covers(wanted.scopes())) {
                return new Beyond();
            }
            return roles.insert(wanted) ? done(EventType.ADMIN_ROLE_CREATED, admin, wanted) : new Exists();
        }));
    }

    RoleResult change(Admin asking, Role wanted, IfMatch seen) {
        return locked(asking, wanted.name(), seen, (admin, role) -> {
            if (!admin.covers(wanted.scopes())) {
                return new Beyond();
            }
            if (role.name().equals(Account.ADMIN) && !wanted.scopes().containsAll(KEPT_BY_ADMIN)) {
                return new BuiltIn();
            }
            Role changed = new Role(role.name(), wanted.description(), wanted.scopes(), role.builtIn());
            roles.update(changed);
            return done(EventType.ADMIN_ROLE_CHANGED, admin, changed);
        });
    }

    RoleResult delete(Admin asking, String name, IfMatch seen) {
        return locked(asking, name, seen, (admin, role) -> {
            if (role.builtIn()) {
                return new BuiltIn();
            }
            if (roles.isUsed(name)) {
                return new InUse();
            }
            roles.delete(name);
            return done(EventType.ADMIN_ROLE_DELETED, admin, role);
        });
    }

    private RoleResult locked(Admin asking, String name, IfMatch seen, BiFunction<Admin, Role, RoleResult> change) {
        return Objects.requireNonNull(transactions.execute(_ -> {
            Admin admin = rights.still(asking, AdminScope.ROLES_WRITE);
            Optional<Role> role = roles.lock(name);
            if (role.isEmpty()) {
                return new NoRole();
            }
            if (!seen.allows(EntityTag.of(role.get()))) {
                return new Stale();
            }
            return admin.covers(role.get().scopes()) ? change.apply(admin, role.get()) : new Beyond();
        }));
    }

    private Done done(EventType type, Admin admin, Role role) {
        events.append(Event.of(type).by(admin.id()).with("role", role.name()));
        return new Done(role);
    }
}
