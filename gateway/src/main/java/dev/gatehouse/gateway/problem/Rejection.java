package dev.gatehouse.gateway.problem;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// A stage's refusal on its way to the renderer. Carries no stack trace: it is an answer, not a fault. Immutable.
public final class Rejection extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;
    private final transient List<Field> fields;

    /// A refusal without further header fields.
    public Rejection(Code code) {
        this(code, List.of());
    }

    /// A refusal whose answer carries these header fields.
    public Rejection(Code code, List<Field> fields) {
        this(code, fields, null);
    }

    /// A refusal with the fault that led to it, for the log only.
    public Rejection(Code code, List<Field> fields, @Nullable Throwable cause) {
        super(code.code(), cause, false, false);
        this.code = code;
        this.fields = List.copyOf(fields);
    }

    /// What happened.
    public Code code() {
        return code;
    }

    /// Header fields of the answer.
    public List<Field> fields() {
        return fields;
    }

    /// One header field.
    ///
    /// @param name as sent
    /// @param value as sent
    public record Field(String name, String value) {}
}
