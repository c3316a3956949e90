package dev.gatehouse.auth.mail;

import java.util.Locale;

/// The mails there are. The name in lower case with hyphens is the name of the templates: `verify-email.html`, `verify-email.txt`.
public enum MailKind {
    /// Proves that somebody reads the address they registered with.
    VERIFY_EMAIL("/auth/email/verify", Proof.NEEDED),
    /// To the owner of an address with which somebody tried to register again.
    ACCOUNT_EXISTS("/auth/password/reset", Proof.POSSIBLE),
    /// To the owner of an address that somebody wants for another account.
    ADDRESS_WANTED("/auth/password/reset", Proof.POSSIBLE),
    /// Lets somebody choose a new password.
    RESET_PASSWORD("/auth/password/reset", Proof.NEEDED),
    /// An administrator has made the password worthless; lets its owner choose another.
    PASSWORD_DISABLED("/auth/password/reset", Proof.NEEDED, Cause.ADMINISTRATOR),
    /// The password is another one now.
    PASSWORD_CHANGED("/auth/password/reset", Proof.POSSIBLE),
    /// The username is another one now: the one that the mail greets.
    USERNAME_CHANGED("/auth/password/reset", Proof.POSSIBLE),
    /// To the address in use: somebody wants another one.
    CHANGE_EMAIL_OLD("/auth/email/change", Proof.NEEDED),
    /// To the address wanted.
    CHANGE_EMAIL_NEW("/auth/email/change", Proof.NEEDED),
    /// Somebody signed in from a device that was not seen before.
    NEW_DEVICE("/auth/password/reset", Proof.POSSIBLE),
    /// An old refresh token was used; the session has been ended.
    REFRESH_REUSE("/auth/password/reset", Proof.POSSIBLE),
    /// Too many failures: devices that are not known have to prove more.
    LOCKED("/auth/password/reset", Proof.POSSIBLE),
    /// A code that is asked for at sign-in.
    SIGN_IN_CODE("/auth/login/code", Proof.NEEDED),
    /// A second factor was added or removed.
    MFA_CHANGED("/auth/password/reset", Proof.POSSIBLE),
    /// An administrator has removed the second factors.
    MFA_REMOVED("/auth/password/reset", Proof.POSSIBLE, Cause.ADMINISTRATOR),
    /// One of the recovery codes was used.
    RECOVERY_CODE_USED("/auth/password/reset", Proof.POSSIBLE),
    /// There are new recovery codes; the old ones are worth nothing any more.
    RECOVERY_CODES_MADE("/auth/password/reset", Proof.POSSIBLE),
    /// Somebody who knows the password has shown many wrong codes.
    CODES_GUESSED("/auth/password/reset", Proof.POSSIBLE),
    /// The account will be deleted after the grace period.
    DELETION_REQUESTED("/auth/account/keep", Proof.POSSIBLE);

    private final String page;
    private final Proof proof;
    private final Cause cause;

    MailKind(String page, Proof proof) {
        this(page, proof, Cause.ANYBODY);
    }

    MailKind(String page, Proof proof, Cause cause) {
        this.page = page;
        this.proof = proof;
        this.cause = cause;
    }

    /// {@return the path of the page its link opens}
    public String page() {
        return page;
    }

    boolean needsProof() {
        return proof == Proof.NEEDED;
    }

    /// {@return whether it tells of what an administrator did, whose address and program are nobody else's business}
    boolean isByAdministrator() {
        return cause == Cause.ADMINISTRATOR;
    }

    String template() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private enum Proof {
        NEEDED, POSSIBLE
    }

    private enum Cause {
        ANYBODY, ADMINISTRATOR
    }
}
