package dev.gatehouse.auth.proof;

import java.time.Duration;

/// What a proof is for; it is of no use for anything else.
public enum Purpose {
    /// The address that an account was registered with.
    VERIFY_EMAIL(Duration.ofHours(24)),
    /// A new password instead of a forgotten one.
    RESET_PASSWORD(Duration.ofMinutes(15)),
    /// Signing in, or showing once more who one is. Its link proves nothing: following it must not let somebody else in.
    SIGN_IN(Duration.ofMinutes(10)),
    /// Giving an address up for another.
    CHANGE_EMAIL_OLD(Duration.ofHours(1)),
    /// Having an address instead of another.
    CHANGE_EMAIL_NEW(Duration.ofHours(1)),
    /// Keeping an account that was to be deleted.
    KEEP_ACCOUNT(Duration.ofDays(30));

    private final Duration lifetime;

    Purpose(Duration lifetime) {
        this.lifetime = lifetime;
    }

    Duration lifetime() {
        return lifetime;
    }
}
