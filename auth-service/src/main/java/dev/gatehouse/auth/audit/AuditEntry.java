package dev.gatehouse.auth.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// One row of the audit log.
///
/// @param position 1, 2, 3 and so on, without a gap
/// @param id of the event
/// @param type what was done, such as `session.revoked`
/// @param outcome `success` or `failure`
/// @param subject the user it was done to
/// @param actor who did it, where that is not the subject
/// @param session concerned
/// @param data JSON object of strings
/// @param source from where
/// @param occurredAt by the database's clock
public record AuditEntry(long position, UUID id, String type, String outcome, Optional<UUID> subject, Optional<UUID> actor,
        Optional<UUID> session, String data, Source source, Instant occurredAt) {

    /// {@return the details for whoever reads JSON. Where somebody has changed them behind the back of the log they may be none, and are a string then: what
    /// stands there is seen as it is}
    public String readableData() {
        return Chain.readable(this);
    }

    /// From where something was done; empty where it was a command of an operator.
    ///
    /// @param address of the client
    /// @param userAgent what the client called itself
    /// @param requestId of the access log
    public record Source(Optional<String> address, Optional<String> userAgent, Optional<String> requestId) {}
}
