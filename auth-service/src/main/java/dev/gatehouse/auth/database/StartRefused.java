package dev.gatehouse.auth.database;

/// The service must not run like this, and waiting will not help. The message is one line for the operator.
public final class StartRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// Says why.
    ///
    /// @param message starts with the name of the setting at fault
    public StartRefused(String message) {
        super(message);
    }
}
