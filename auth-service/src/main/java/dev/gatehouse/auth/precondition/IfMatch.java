package dev.gatehouse.auth.precondition;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;

import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.Refusal;

/// The versions that a request may change (RFC 9110 §13.1.1). Whether it is one of them is asked in the transaction of the change.
///
/// @param tags as they came; none where any version will do
public record IfMatch(Optional<List<String>> tags) {

    /// {@return what the request says}
    ///
    /// @param request at hand
    /// @throws Refusal with 428 where it says nothing (RFC 6585 §3)
    public static IfMatch required(HttpServletRequest request) {
        IfMatch given = optional(request);
        if (given.tags.isEmpty()) {
            throw Problem.of(ProblemCode.PRECONDITION_REQUIRED, "Send the ETag of what you saw in an If-Match header.").refusal();
        }
        return given;
    }

    /// {@return what the request says, if anything}
    ///
    /// @param request at hand
    public static IfMatch optional(HttpServletRequest request) {
        List<String> lines = Collections.list(request.getHeaders("If-Match"));
        return new IfMatch(lines.isEmpty()
                ? Optional.empty()
                : Optional.of(lines.stream().flatMap(line -> Arrays.stream(line.split(",", -1))).map(String::strip).toList()));
    }

    /// {@return whether this version may be changed}
    ///
    /// @param current of what is to be changed
    public boolean allows(EntityTag current) {
        return tags.isEmpty() || tags.get().contains("*") || tags.get().contains(current.header());
    }

    /// {@return what to throw where it may not}
    public static Refusal failed() {
        return Problem.of(ProblemCode.PRECONDITION_FAILED, "It was changed meanwhile; read it again.").refusal();
    }
}
