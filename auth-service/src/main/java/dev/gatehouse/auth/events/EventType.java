package dev.gatehouse.auth.events;

import java.util.Arrays;
import java.util.Locale;

/// The catalogue. A name never changes its meaning; what means something else gets another name or version.
public enum EventType {
    /// Somebody has a new account.
    USER_REGISTERED("user.registered"),
    /// Somebody tried to register with the e-mail address of this account. Nobody outside can tell.
    USER_REGISTRATION_REPEATED("user.registration_repeated", Outcome.FAILURE),
    /// Somebody has proven to read the address of the account.
    USER_EMAIL_VERIFIED("user.email_verified"),
    /// Somebody signed in.
    USER_LOGIN_SUCCEEDED("user.login_succeeded"),
    /// Somebody did not; without a subject where no account was meant.
    USER_LOGIN_FAILED("user.login_failed", Outcome.FAILURE),
    /// Too many failures: unknown devices have to prove more.
    USER_LOCKED_UNTRUSTED("user.locked_untrusted", Outcome.FAILURE),
    /// The password is another one now.
    USER_PASSWORD_CHANGED("user.password_changed"),
    /// Somebody asked for a new password.
    USER_PASSWORD_RESET_REQUESTED("user.password_reset_requested"),
    /// Somebody asked for another e-mail address.
    USER_EMAIL_CHANGE_REQUESTED("user.email_change_requested"),
    /// The e-mail address is another one now.
    USER_EMAIL_CHANGED("user.email_changed"),
    /// The username is another one now.
    USER_USERNAME_CHANGED("user.username_changed"),
    /// A second factor was added.
    USER_MFA_ENROLLED("user.mfa_enrolled"),
    /// A second factor was removed.
    USER_MFA_REMOVED("user.mfa_removed"),
    /// There are new recovery codes; the old ones are worth nothing any more.
    USER_RECOVERY_CODES_MADE("user.recovery_codes_made"),
    /// A recovery code was used instead of another second factor.
    USER_RECOVERY_CODE_USED("user.recovery_code_used"),
    /// A passkey was added.
    USER_PASSKEY_ADDED("user.passkey_added"),
    /// A passkey was removed.
    USER_PASSKEY_REMOVED("user.passkey_removed"),
    /// Somebody asked for the end of their account; it ends after the grace period.
    USER_DELETION_REQUESTED("user.deletion_requested"),
    /// They changed their mind in time.
    USER_DELETION_CANCELLED("user.deletion_cancelled"),
    /// The account is gone.
    USER_DELETED("user.deleted"),
    /// Somebody took a copy of their data.
    USER_EXPORTED("user.exported"),
    /// A session began.
    SESSION_CREATED("session.created"),
    /// The owner of a session has proven once more who they are.
    SESSION_RAISED("session.raised"),
    /// The device of a session was given a name.
    SESSION_RENAMED("session.renamed"),
    /// A session was ended before its time.
    SESSION_REVOKED("session.revoked"),
    /// An old refresh token was used: somebody else may have it. The session has been ended.
    SESSION_REUSE_DETECTED("session.reuse_detected", Outcome.FAILURE),
    /// A token was revoked.
    TOKEN_REVOKED("token.revoked"),
    /// There is a new key that will sign next.
    KEY_PUBLISHED("key.published"),
    /// A signing key took over from another.
    KEY_ROTATED("key.rotated"),
    /// A signing key is published no more; tokens that it signed are worth nothing.
    KEY_REMOVED("key.removed"),
    /// What lies encrypted was sealed anew under another key-encryption key.
    KEY_RESEALED("key.resealed"),
    /// An application was registered.
    CLIENT_CREATED("client.created"),
    /// The registration of an application was changed.
    CLIENT_UPDATED("client.updated"),
    /// Somebody asked for what only administrators may do, and was refused.
    ADMIN_ACCESS_DENIED("admin.access_denied", Outcome.FAILURE),
    /// An administrator asked for something and did not get it.
    ADMIN_REFUSED("admin.refused", Outcome.FAILURE),
    /// An administrator looked at accounts.
    ADMIN_USERS_READ("admin.users_read"),
    /// An administrator locked an account.
    ADMIN_USER_LOCKED("admin.user_locked"),
    /// An administrator unlocked an account.
    ADMIN_USER_UNLOCKED("admin.user_unlocked"),
    /// An administrator vouched for an e-mail address.
    ADMIN_USER_VERIFIED("admin.user_verified"),
    /// An administrator made somebody choose a new password.
    ADMIN_PASSWORD_RESET_FORCED("admin.password_reset_forced"),
    /// An administrator removed the second factors of somebody.
    ADMIN_MFA_REMOVED("admin.mfa_removed"),
    /// An administrator ended sessions of somebody.
    ADMIN_SESSIONS_ENDED("admin.sessions_ended"),
    /// Somebody got a role.
    ADMIN_ROLE_GRANTED("admin.role_granted"),
    /// Somebody lost a role.
    ADMIN_ROLE_REVOKED("admin.role_revoked"),
    /// An administrator looked at roles.
    ADMIN_ROLES_READ("admin.roles_read"),
    /// An administrator made a role.
    ADMIN_ROLE_CREATED("admin.role_created"),
    /// An administrator changed what a role allows.
    ADMIN_ROLE_CHANGED("admin.role_changed"),
    /// An administrator removed a role that nobody had.
    ADMIN_ROLE_DELETED("admin.role_deleted"),
    /// An administrator read the audit log.
    ADMIN_AUDIT_READ("admin.audit_read"),
    /// An administrator looked at the signing keys.
    ADMIN_KEYS_READ("admin.keys_read"),
    /// An administrator rotated or retired signing keys.
    ADMIN_KEYS_CHANGED("admin.keys_changed"),
    /// Somebody tried whether events arrive; only with diagnostics switched on.
    DIAGNOSTICS_TEST("diagnostics.test");

    private final String key;
    private final Outcome outcome;

    EventType(String key) {
        this(key, Outcome.SUCCESS);
    }

    EventType(String key, Outcome outcome) {
        this.key = key;
        this.outcome = outcome;
    }

    /// {@return such as `session.revoked`: the routing key on the broker, the action in the audit log}
    public String key() {
        return key;
    }

    /// {@return `success` or `failure`, as the audit log has it}
    String outcome() {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    /// {@return the same, for an event of an older version, which did not write it down}
    ///
    /// @param key of a type
    static String outcomeOf(String key) {
        return Arrays.stream(values()).filter(type -> type.key.equals(key)).findFirst().map(EventType::outcome).orElse("success");
    }

    private enum Outcome {
        SUCCESS, FAILURE
    }
}
