package dev.gatehouse.auth.profile;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.gatehouse.auth.session.Session;

/// A session as its owner sees it.
record SessionView(UUID id, Optional<String> name, DeviceView device, @JsonProperty("created_at") Instant createdAt,
        @JsonProperty("last_used_at") Instant lastUsedAt, @JsonProperty("expires_at") Instant expiresAt, boolean current) {

    static SessionView of(Session session, boolean current) {
        return new SessionView(session.id(), session.name(),
                new DeviceView(session.device().userAgent(), session.device().address()), session.createdAt(),
                session.lastUsedAt(), session.expiresAt(), current);
    }

    /// Where the session was opened.
    record DeviceView(@JsonProperty("user_agent") String userAgent, String address) {}
}
