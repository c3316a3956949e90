package dev.gatehouse.auth.broker;

/// The broker cannot be reached, refuses us, or went away in the middle.
public final class BrokerAway extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    BrokerAway(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    /// {@return why, in words for the operator}
    public String reason() {
        return reason;
    }
}
