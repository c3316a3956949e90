package dev.gatehouse.auth.problem;

import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;

/// What is wrong with one field of the body.
///
/// @param pointer JSON Pointer (RFC 6901) to the field; empty for the body itself
/// @param detail what was expected; never the value that came
/// @param rule the stable name of the rule that is broken, where it has one
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FieldError(@JsonInclude String pointer, String detail, Optional<String> rule) {

    /// An error that breaks no rule with a name.
    ///
    /// @param pointer JSON Pointer to the field
    /// @param detail what was expected
    public FieldError(String pointer, String detail) {
        this(pointer, detail, Optional.empty());
    }
}
