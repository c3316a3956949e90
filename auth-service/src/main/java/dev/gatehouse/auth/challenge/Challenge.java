package dev.gatehouse.auth.challenge;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.gatehouse.auth.mfa.Method;

/// What somebody has to answer who has given the right password.
///
/// @param id of its row
/// @param account whose password it was
/// @param accountEpoch the account's `session_epoch` then
/// @param session that the answer is to raise; empty: it opens one
/// @param methods with any of which it may be answered
/// @param mailed the code that was mailed for it, if one was
public record Challenge(UUID id, UUID account, int accountEpoch, Optional<UUID> session, List<Method> methods,
        Optional<UUID> mailed) {

    /// Copies the methods and refuses none at all.
    public Challenge {
        methods = List.copyOf(methods);
        if (methods.isEmpty()) {
            throw new IllegalArgumentException("methods: none (expected: at least one)");
        }
    }
}
