package dev.gatehouse.auth.events;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// An event as it lies in the outbox.
///
/// @param position in the order of commits of its subject
/// @param id of the event
/// @param type as [EventType#key()], perhaps of a newer version
/// @param outcome `success` or `failure`
/// @param subject the user
/// @param sequence per subject
/// @param session concerned
/// @param actor who did it, where that is not the subject
/// @param data JSON object of strings
/// @param occurredAt by the database's clock
/// @param traceparent of the request
/// @param source where the request came from; not for publication
public record OutboxRow(long position, UUID id, String type, String outcome, Optional<UUID> subject, long sequence,
        Optional<UUID> session,
        Optional<UUID> actor, String data, Instant occurredAt, Optional<String> traceparent, Source source) {

    /// Where the request came from.
    ///
    /// @param address of the client
    /// @param userAgent what the client called itself
    /// @param requestId of the access log
    public record Source(Optional<String> address, Optional<String> userAgent, Optional<String> requestId) {}
}
