package dev.gatehouse.gateway.problem;

/// Why a request never became one. Set as the cause of a message's decoder result, it says what [UnreadableRequests] answers. Without a stack trace:
/// it is an outcome, not a bug. Immutable.
public final class Unreadable extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    /// A refusal.
    ///
    /// @param why for the log, never for the client; holds nothing of the request
    public Unreadable(Code code, String why) {
        super(why, null, false, false);
        this.code = code;
    }

    /// What is answered.
    public Code code() {
        return code;
    }
}
