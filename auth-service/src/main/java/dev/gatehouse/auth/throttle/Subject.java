package dev.gatehouse.auth.throttle;

import java.util.List;

/// Whom attempts are counted for, under names that say nothing to others: see [Subjects].
///
/// @param account the account
/// @param typed what can be typed for it, each
public record Subject(String account, List<String> typed) {

    /// Copies the list.
    public Subject {
        typed = List.copyOf(typed);
    }
}
