package dev.gatehouse.auth;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

final class SessionsIT {

    private final AuthServer server = AuthServer.shared();

    @Test
    void listsDevicesAndMarksTheCurrentOne() {
        SignedIn first = server.someone();
        server.post("/auth/login", AuthServer.login(first.name(), AuthServer.PASSWORD), "User-Agent", "Phone/1.0",
                "X-Forwarded-For", "203.0.113.9");

        var sessions = server.get("/auth/sessions", first.bearer()).json().path("sessions");

        assertThat(sessions.size()).isEqualTo(2);
        assertThat(sessions.path(0).path("device").toString())
                .isEqualTo("{\"user_agent\":\"Phone/1.0\",\"address\":\"203.0.113.9\"}");
        assertThat(sessions.path(0).path("current").asBoolean()).isFalse();
        assertThat(sessions.path(1).path("current").asBoolean()).isTrue();
        assertThat(sessions.path(0).propertyNames()).containsExactly("id", "device", "created_at", "last_used_at", "expires_at",
                "current");
    }

    @Test
    void endsAnotherDevice() {
        SignedIn here = server.someone();
        SignedIn there = server.login(here.name());
        String id = server.get("/auth/verify-token", there.bearer()).text("sid");

        assertThat(server.delete("/auth/sessions/" + id, here.bearer()).status()).isEqualTo(204);

        assertThat(server.get("/auth/me", there.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.get("/auth/me", here.bearer()).status()).isEqualTo(200);
        assertThat(server.delete("/auth/sessions/" + id, here.bearer()).problem()).isEqualTo("404 session.none");
    }

    @Test
    void doesNotEndOtherPeoplesSessions() {
        SignedIn someone = server.someone();
        SignedIn victim = server.someone();
        String id = server.get("/auth/verify-token", victim.bearer()).text("sid");

        Answer answer = server.delete("/auth/sessions/" + id, someone.bearer());

        assertThat(answer.problem()).isEqualTo("404 session.none");
        assertThat(server.get("/auth/me", victim.bearer()).status()).isEqualTo(200);
        assertThat(server.delete("/auth/sessions/" + UUID.randomUUID(), someone.bearer()).problem())
                .isEqualTo("404 session.none");
        assertThat(server.delete("/auth/sessions/nonsense", someone.bearer()).problem()).isEqualTo("404 session.none");
    }
}
