package dev.gatehouse.auth.keys.rotation;

/// Why a key took over.
public enum Reason {
    /// The one before had signed for long enough.
    SCHEDULED,
    /// Another algorithm is set.
    ALGORITHM,
    /// An operator asked for it.
    REQUESTED,
    /// Somebody else may have the private keys.
    COMPROMISED
}
