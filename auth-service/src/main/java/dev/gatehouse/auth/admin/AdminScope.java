package dev.gatehouse.auth.admin;

import java.util.List;

/// What administrators may be allowed to do. The role `admin` has all of it; other roles may have some.
public enum AdminScope {
    /// Search and look at accounts, their sessions and how they signed in.
    USERS_READ("auth:users:read"),
    /// Lock, unlock and verify accounts, end their sessions, make them choose a new password.
    USERS_WRITE("auth:users:write"),
    /// Make roles and give them.
    ROLES_WRITE("auth:roles:write"),
    /// Read the audit log.
    AUDIT_READ("auth:audit:read"),
    /// Look after the signing keys.
    KEYS_WRITE("auth:keys:write");

    /// How the names of all begin.
    public static final String PREFIX = "auth:";

    private final String scope;

    AdminScope(String scope) {
        this.scope = scope;
    }

    /// {@return the name in tokens and roles}
    public String scope() {
        return scope;
    }

    /// {@return those of the scopes that concern the administration; every name with [#PREFIX], also of later versions}
    ///
    /// @param scopes any
    public static List<String> among(List<String> scopes) {
        return scopes.stream().filter(scope -> scope.startsWith(PREFIX)).toList();
    }
}
