package dev.gatehouse.auth.problem;

/// What is wrong with one field of the body.
///
/// @param pointer JSON Pointer (RFC 6901) to the field; empty for the body itself
/// @param detail what was expected; never the value that came
public record FieldError(String pointer, String detail) {}
