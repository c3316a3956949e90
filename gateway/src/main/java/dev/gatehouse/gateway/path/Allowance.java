package dev.gatehouse.gateway.path;

/// What a route may let pass though parsers differ about it.
public enum Allowance {
    /// `%2F`: a slash within a segment, or a separator.
    ENCODED_SLASH,
    /// `;v=1`: part of a segment, or cut off.
    MATRIX_PARAMETERS
}
