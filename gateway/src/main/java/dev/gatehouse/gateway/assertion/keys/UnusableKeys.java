package dev.gatehouse.gateway.assertion.keys;

/// Why a file of keys cannot be used; holds nothing of it.
public final class UnusableKeys extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    UnusableKeys(String reason) {
        super(reason);
        this.reason = reason;
    }

    /// For the log and for operators.
    public String reason() {
        return reason;
    }
}
