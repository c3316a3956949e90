package dev.gatehouse.auth.admin.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;

import dev.gatehouse.auth.audit.AuditEntry;

/// An entry of the audit log as administrators see it; the hash is for `audit export` and `audit verify`.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record EntryView(long position, UUID id, String type, String outcome, Optional<UUID> subject, Optional<UUID> actor,
        @JsonProperty("session_id") Optional<UUID> session, @JsonRawValue String data, Optional<String> address,
        @JsonProperty("user_agent") Optional<String> userAgent, @JsonProperty("request_id") Optional<String> requestId,
        Instant time) {

    static EntryView of(AuditEntry entry) {
        return new EntryView(entry.position(), entry.id(), entry.type(), entry.outcome(), entry.subject(), entry.actor(),
                entry.session(), entry.readableData(), entry.source().address(), entry.source().userAgent(),
                entry.source().requestId(),
                entry.occurredAt());
    }
}
