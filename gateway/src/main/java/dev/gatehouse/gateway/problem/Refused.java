package dev.gatehouse.gateway.problem;

/// A request that never became one, and its answer. Immutable.
///
/// @param code what was answered
/// @param requestId its id
/// @param reason for the log only; holds nothing of the request
public record Refused(Code code, String requestId, String reason) {}
