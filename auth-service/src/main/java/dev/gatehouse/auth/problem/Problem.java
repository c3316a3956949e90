package dev.gatehouse.auth.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A refusal as the caller sees it.
///
/// @param code which one
/// @param detail one sentence about this occurrence; never a value the caller sent
/// @param errors the fields at fault, if any
/// @param retryAfter when to come back, if that helps
public record Problem(ProblemCode code, String detail, List<FieldError> errors, Optional<Duration> retryAfter) {

    /// Copies the list.
    public Problem {
        errors = List.copyOf(errors);
    }

    /// {@return a problem without fields}
    ///
    /// @param code which one
    /// @param detail one sentence
    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, List.of(), Optional.empty());
    }

    /// {@return a problem that passes by itself}
    ///
    /// @param code which one
    /// @param detail one sentence
    /// @param retryAfter when to come back
    public static Problem passing(ProblemCode code, String detail, Duration retryAfter) {
        return new Problem(code, detail, List.of(), Optional.of(retryAfter));
    }

    /// {@return a malformed request}
    ///
    /// @param errors the fields at fault, at least one
    public static Problem malformed(List<FieldError> errors) {
        return new Problem(ProblemCode.REQUEST_MALFORMED,
                errors.size() == 1 ? "One field is not as expected." : errors.size() + " fields are not as expected.",
                errors, Optional.empty());
    }

    /// {@return this problem as something to throw}
    public Refusal refusal() {
        return new Refusal(this);
    }
}
