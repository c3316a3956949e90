package dev.gatehouse.auth.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Whether somebody who is signed in may administer. A pure decision; see [#of].
enum Admission {
    /// They may.
    GRANTED,
    /// They may not, or their token was not issued for it.
    DENIED,
    /// They might, but signed in too long ago.
    STEP_UP;

    /// {@return the verdict}
    ///
    /// Both must allow it: the account as it is now, because a token outlives a role, and the token, because it may have been issued
    /// for less than the account may do.
    ///
    /// @param needed scope
    /// @param live scopes of the account by the database
    /// @param token scopes of the token
    /// @param age how long ago they signed in
    /// @param longest how long ago that may be
    static Admission of(AdminScope needed, List<String> live, List<String> token, Duration age, Duration longest) {
        if (!live.contains(needed.scope()) || !token.contains(needed.scope())) {
            return DENIED;
        }
        return age.compareTo(longest) > 0 ? STEP_UP : GRANTED;
    }

    /// {@return how long ago a sign-in was}
    ///
    /// @param then when
    /// @param now when it is asked; a clock that is behind makes it no less than zero
    static Duration age(Instant then, Instant now) {
        return then.isAfter(now) ? Duration.ZERO : Duration.between(then, now);
    }
}
