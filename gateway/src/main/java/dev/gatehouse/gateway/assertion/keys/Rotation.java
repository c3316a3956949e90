package dev.gatehouse.gateway.assertion.keys;

/// How an operator wants another key to sign.
public enum Rotation {
    /// In the usual way, but now: the next key is published at once and signs after [KeyRing#LEAD].
    STAGED,
    /// A key got out: a new one signs at once, and all others are published no more.
    AT_ONCE
}
