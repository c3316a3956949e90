package dev.gatehouse.auth.problem;

/// The stable codes. Those that the gateway also uses mean the same there.
public enum ProblemCode {
    /// The request cannot be read, or a field of it is not what it must be.
    REQUEST_MALFORMED("request.malformed", 400, "The request is malformed"),
    /// No credentials came with a request that needs them.
    AUTH_MISSING("auth.missing", 401, "Sign in first"),
    /// The credentials that came are not ours or not whole.
    AUTH_INVALID("auth.invalid", 401, "The token is not valid"),
    /// The credentials were good once.
    AUTH_EXPIRED("auth.expired", 401, "The token has expired"),
    /// The session behind the credentials was ended.
    AUTH_REVOKED("auth.revoked", 401, "The session has ended"),
    /// The token is good, but the sign-in is too long ago for this (RFC 9470).
    AUTH_STEP_UP("auth.step_up", 401, "Sign in once more"),
    /// Unknown user, wrong password: the same answer.
    LOGIN_FAILED("login.failed", 401, "Wrong username or password"),
    /// The password was right, and the account asks for more. The challenge comes with it.
    LOGIN_SECOND_FACTOR("login.second_factor", 403, "A second factor is needed"),
    /// The challenge is used, too old, tried too often or of another session.
    LOGIN_EXPIRED("login.expired", 401, "Begin again with the password"),
    /// A link or a code proves nothing: unknown, used, too old or for something else.
    PROOF_INVALID("proof.invalid", 400, "The link or code is not valid"),
    /// The password of the account was asked for and not given.
    PASSWORD_WRONG("password.wrong", 403, "The password is wrong"),
    /// The code of a second factor was asked for and not given.
    CODE_WRONG("code.wrong", 403, "The code is wrong"),
    /// There is an authenticator app already.
    MFA_ENROLLED("mfa.enrolled", 409, "There is one already"),
    /// There is no such second factor, or none at all.
    MFA_NONE("mfa.none", 404, "There is no such second factor"),
    /// What needs a verified address was asked for without one.
    EMAIL_UNVERIFIED("email.unverified", 409, "The address is not verified"),
    /// Signed in, yet not allowed; also a cookie used from a foreign origin.
    ACCESS_DENIED("access.denied", 403, "Not allowed"),
    /// There is no such path.
    ROUTE_NONE("route.none", 404, "There is nothing here"),
    /// The path exists, without this method.
    ROUTE_METHOD("route.method", 405, "The method is not allowed here"),
    /// There is no such session, or it belongs to somebody else.
    SESSION_NONE("session.none", 404, "There is no such session"),
    /// An administrator asked for a user that does not exist.
    USER_NONE("user.none", 404, "There is no such user"),
    /// There is no such role.
    ROLE_NONE("role.none", 404, "There is no such role"),
    /// A role of this name exists.
    ROLE_EXISTS("role.exists", 409, "The role exists"),
    /// Somebody has the role, so it cannot go.
    ROLE_IN_USE("role.in_use", 409, "Somebody has the role"),
    /// The service itself needs the role.
    ROLE_BUILT_IN("role.built_in", 409, "The role is built in"),
    /// Nobody could administer any more.
    ADMIN_LAST("admin.last", 409, "This is the last administrator"),
    /// Usernames are public: this may be said.
    USERNAME_TAKEN("account.username_taken", 409, "The username is taken"),
    /// What is to be changed is another version than the caller saw.
    PRECONDITION_FAILED("request.precondition_failed", 412, "It was changed meanwhile"),
    /// The caller has to say which version they saw.
    PRECONDITION_REQUIRED("request.precondition_required", 428, "Say which version you saw"),
    /// The next signing key is not known widely enough to sign.
    KEY_NOT_READY("key.not_ready", 409, "The next key is not ready"),
    /// The first request with the same idempotency key is still being worked on.
    IDEMPOTENCY_IN_FLIGHT("idempotency.in_flight", 409, "The first request is in flight"),
    /// The idempotency key was used for another request.
    IDEMPOTENCY_MISMATCH("idempotency.mismatch", 422, "The key was used for another request"),
    /// The body is larger than any that this service reads.
    REQUEST_TOO_LARGE("request.too_large", 413, "The request is too large"),
    /// Too many attempts.
    LIMIT_EXCEEDED("limit.exceeded", 429, "Too many requests"),
    /// As many password hashes wait as may wait.
    SERVICE_BUSY("service.busy", 503, "Busy; try again soon"),
    /// The database is away.
    SERVICE_UNAVAILABLE("service.unavailable", 503, "Temporarily unavailable"),
    /// A bug. The log has the reason under the request's id.
    SERVICE_FAILED("service.failed", 500, "Something went wrong here");

    private final String code;
    private final int status;
    private final String title;

    ProblemCode(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    /// {@return the name on the wire}
    public String code() {
        return code;
    }

    /// {@return the HTTP status}
    public int status() {
        return status;
    }

    /// {@return the same sentence for every occurrence}
    public String title() {
        return title;
    }
}
