package dev.gatehouse.auth.session;

import java.time.Duration;

/// What a genuine refresh token is worth, given the session it belongs to. A pure decision; see [#of].
enum Standing {
    /// The current token: rotate.
    CURRENT,
    /// The one before, soon after the rotation or from a proven holder: its answer got lost.
    LOST_RESPONSE,
    /// An older one, soon after the rotation: several tabs at once.
    CONCURRENT,
    /// An older one, too late: somebody else may have it.
    REUSED,
    /// Newer than anything we gave out.
    UNKNOWN,
    /// The session was ended.
    REVOKED,
    /// The session was not used for too long, or is too old.
    EXPIRED;

    /// {@return the verdict}
    ///
    /// @param lineage the session's row, read in one statement
    /// @param presented counter of the token that came
    /// @param holderProven whether the request proves the same DPoP key or client authentication as the session's
    /// @param grace how long after a rotation older tokens get an answer; measured from the rotation, never extended
    static Standing of(Lineage lineage, long presented, boolean holderProven, Duration grace) {
        if (lineage.revoked()) {
            return REVOKED;
        }
        if (lineage.expired()) {
            return EXPIRED;
        }
        long behind = lineage.counter() - presented;
        if (behind <= 0) {
            return behind == 0 ? CURRENT : UNKNOWN;
        }
        boolean withinGrace = lineage.sinceRotation().compareTo(grace) <= 0;
        if (behind == 1 && (withinGrace || holderProven)) {
            return LOST_RESPONSE;
        }
        return withinGrace ? CONCURRENT : REUSED;
    }

    /// Where the tokens of a session stand.
    ///
    /// @param counter of the current token
    /// @param sinceRotation how long ago that token came to be, by the database's clock
    /// @param revoked whether the session was ended, alone or with all others of its account
    /// @param expired whether it ran out
    record Lineage(long counter, Duration sinceRotation, boolean revoked, boolean expired) {}
}
