package dev.gatehouse.gateway.authentication.jose;

/// Ends the reading of a token or of a key set. Never leaves this package but as a value; made without a stack trace because forged tokens
/// must be cheap. The message is for the log: it holds nothing of the token but the names of members.
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    Refusal(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
