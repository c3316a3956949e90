package dev.gatehouse.auth.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What to look for in the audit log.
///
/// @param user to whom or by whom it was done
/// @param action an action such as `session.revoked`, or all that begin with `session.`
/// @param from not before
/// @param until before
/// @param before the position at which the page before ended
/// @param limit entries of a page
public record AuditQuery(Optional<UUID> user, Optional<String> action, Optional<Instant> from, Optional<Instant> until,
        Optional<Long> before, int limit) {

    private static final int MOST = 1000;

    /// Refuses pages without an end.
    public AuditQuery {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
    }

    /// {@return a query for the newest entries of all}
    ///
    /// @param limit entries of a page
    public static AuditQuery newest(int limit) {
        return new AuditQuery(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    /// {@return the same for one user}
    ///
    /// @param id to whom or by whom
    public AuditQuery about(UUID id) {
        return new AuditQuery(Optional.of(id), action, from, until, before, limit);
    }

    /// {@return the same for one action, or for all that begin like it if it ends with a dot}
    ///
    /// @param name as in [dev.gatehouse.auth.events.EventType#key()]
    public AuditQuery of(String name) {
        return new AuditQuery(user, Optional.of(name), from, until, before, limit);
    }

    /// {@return the same for one time}
    ///
    /// @param first not before
    /// @param end before
    public AuditQuery between(Instant first, Instant end) {
        return new AuditQuery(user, action, Optional.of(first), Optional.of(end), before, limit);
    }

    /// {@return the next page}
    ///
    /// @param position [AuditLog.Page#next()] of this one
    public AuditQuery after(long position) {
        return new AuditQuery(user, action, from, until, Optional.of(position), limit);
    }
}
