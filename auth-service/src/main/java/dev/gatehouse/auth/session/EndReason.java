package dev.gatehouse.auth.session;

import java.util.Locale;

/// Why a session ended, as kept in its row.
public enum EndReason {
    /// Its owner signed out.
    LOGOUT,
    /// Its owner signed out everywhere.
    LOGOUT_ALL,
    /// Its owner ended it from another device.
    REMOVED,
    /// Its owner signed in more often than anybody does.
    TOO_MANY,
    /// The password is another one.
    PASSWORD_CHANGED,
    /// A second factor was added or removed.
    FACTORS_CHANGED,
    /// An administrator ended it.
    ADMINISTERED,
    /// An administrator keeps the owner out.
    LOCKED,
    /// The owner lost a role, which tokens would go on to tell.
    ROLES_CHANGED,
    /// The account is deleted or will be.
    ACCOUNT_DELETED,
    /// An old refresh token of it was used.
    REUSE;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
