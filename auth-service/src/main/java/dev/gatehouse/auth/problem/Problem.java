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
/// @param maxAge how old a sign-in may be, where a fresher one would help
public record Problem(ProblemCode code, String detail, List<FieldError> errors, Optional<Duration> retryAfter,
        Optional<Duration> maxAge) {

    /// Copies the list.
    public Problem {
        errors = List.copyOf(errors);
    }

    /// {@return a problem without fields}
    ///
    /// @param code which one
    /// @param detail one sentence
    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, List.of(), Optional.empty(), Optional.empty());
    }

    /// {@return a problem that passes by itself}
    ///
    /// @param code which one
    /// @param detail one sentence
    /// @param retryAfter when to come back
    public static Problem passing(ProblemCode code, String detail, Duration retryAfter) {
        return new Problem(code, detail, List.of(), Optional.of(retryAfter), Optional.empty());
    }

    /// {@return a malformed request}
    ///
    /// @param errors the fields at fault, at least one
    public static Problem malformed(List<FieldError> errors) {
        return new Problem(ProblemCode.REQUEST_MALFORMED,
                errors.size() == 1 ? "One field is not as expected." : errors.size() + " fields are not as expected.",
                errors, Optional.empty(), Optional.empty());
    }

    /// {@return a refusal of what needs a recent sign-in (RFC 9470)}
    ///
    /// @param maxAge how long ago it may be
    public static Problem stepUp(Duration maxAge) {
        return new Problem(ProblemCode.AUTH_STEP_UP, "This needs a recent sign-in.", List.of(), Optional.empty(),
                Optional.of(maxAge));
    }

    /// {@return this problem as something to throw}
    public Refusal refusal() {
        return new Refusal(this);
    }
}
