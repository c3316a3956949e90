package dev.gatehouse.gateway.resilience;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/// The client did not deliver the body that it announced. Says nothing about the upstream. Without a stack trace: it is an outcome, not a bug.
public final class ClientFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final Kind kind;

    ClientFailure(Kind kind, @Nullable Throwable cause) {
        super(kind.name(), cause, false, false);
        this.kind = kind;
    }

    /// What happened.
    public Kind kind() {
        return kind;
    }

    /// What the client did.
    public enum Kind {
        /// Its connection broke; nobody is left to be answered.
        GONE,
        /// It sent nothing for as long as the route waits, though the upstream was ready to take more.
        STALLED
    }
}
