package dev.gatehouse.auth.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A refusal as the caller sees it.
///
/// @param code which one
/// @param detail one sentence about this occurrence; never a value the caller sent
/// @param errors the fields at fault, if any
/// @param retryAfter when to come back, if that helps
/// @param limit what was used up, where it is one
/// @param maxAge how old a sign-in may be, where a fresher one would help
/// @param members further members of the document (RFC 9457 §3.2)
public record Problem(ProblemCode code, String detail, List<FieldError> errors, Optional<Duration> retryAfter,
        Optional<RateLimit> limit, Optional<Duration> maxAge, Map<String, Object> members) {

    /// Copies list and members.
    public Problem {
        errors = List.copyOf(errors);
        members = Map.copyOf(members);
    }

    /// {@return a problem without fields}
    ///
    /// @param code which one
    /// @param detail one sentence
    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
    }

    /// {@return a problem that tells how to go on}
    ///
    /// @param code which one
    /// @param detail one sentence
    /// @param members what is needed for it
    public static Problem with(ProblemCode code, String detail, Map<String, Object> members) {
        return new Problem(code, detail, List.of(), Optional.empty(), Optional.empty(), Optional.empty(), members);
    }

    /// {@return a problem that passes by itself}
    ///
    /// @param code which one
    /// @param detail one sentence
    /// @param retryAfter when to come back
    public static Problem passing(ProblemCode code, String detail, Duration retryAfter) {
        return new Problem(code, detail, List.of(), Optional.of(retryAfter), Optional.empty(), Optional.empty(), Map.of());
    }

    /// {@return a refusal because of too many attempts}
    ///
    /// @param limit what is used up
    /// @param detail one sentence
    /// @param retryAfter when to come back
    public static Problem limited(RateLimit limit, String detail, Duration retryAfter) {
        return new Problem(ProblemCode.LIMIT_EXCEEDED, detail, List.of(), Optional.of(retryAfter), Optional.of(limit),
                Optional.empty(), Map.of());
    }

    /// {@return a malformed request}
    ///
    /// @param errors the fields at fault, at least one
    public static Problem malformed(List<FieldError> errors) {
        return new Problem(ProblemCode.REQUEST_MALFORMED,
                errors.size() == 1 ? "One field is not as expected." : errors.size() + " fields are not as expected.",
                errors, Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
    }

    /// {@return a refusal of what needs a recent sign-in (RFC 9470)}
    ///
    /// @param maxAge how long ago it may be
    public static Problem stepUp(Duration maxAge) {
        return new Problem(ProblemCode.AUTH_STEP_UP, "This needs a recent sign-in.", List.of(), Optional.empty(),
                Optional.empty(), Optional.of(maxAge), Map.of());
    }

    /// {@return this problem as something to throw}
    public Refusal refusal() {
        return new Refusal(this);
    }
}
