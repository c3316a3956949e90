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
        assertThat(sessions.path(0).propertyNames()).containsExactly("id", "name", "device", "created_at", "last_used_at",
                "expires_at",
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

    @Test
    void namesADeviceOfOnesOwnOnly() {
        SignedIn someone = server.someone();
        String id = server.get("/auth/verify-token", someone.bearer()).text("sid");

        assertThat(rename(server.someone(), id, "mine now").problem()).isEqualTo("404 session.none");
        assertThat(rename(someone, UUID.randomUUID().toString(), "none").problem()).isEqualTo("404 session.none");
        assertThat(rename(someone, id, " Phone of Zoë ").status()).isEqualTo(204);
        assertThat(name(someone)).isEqualTo("Phone of Zoë");

        assertThat(rename(someone, id, "x".repeat(51)).problem()).isEqualTo("400 request.malformed");
        assertThat(rename(someone, id, "two\\nlines").problem()).isEqualTo("400 request.malformed");
        assertThat(rename(someone, id, "").status()).as("takes it away").isEqualTo(204);
        assertThat(name(someone)).isEmpty();
    }

    @Test
    void endsAllOtherDevices() {
        SignedIn here = server.someone();
        SignedIn there = server.login(here.name());
        SignedIn stranger = server.someone();

        assertThat(server.delete("/auth/sessions", here.bearer()).status()).isEqualTo(204);

        assertThat(server.get("/auth/me", there.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.get("/auth/me", here.bearer()).status()).isEqualTo(200);
        assertThat(server.get("/auth/me", stranger.bearer()).status()).isEqualTo(200);
    }

    @Test
    void mailsOfADeviceThatWasNotSeenBefore() {
        SignedIn first = server.someone();
        Mailbox mailbox = new Mailbox(server);
        String address = first.name() + "@example.com";
        assertThat(mailbox.to(address)).as("nothing of the first one").extracting(Mailbox.Letter::kind)
                .containsOnly("VERIFY_EMAIL");

        Answer second = server.post("/auth/login", AuthServer.login(first.name(), AuthServer.PASSWORD));
        String cookie = second.device();
        server.post("/auth/login", AuthServer.login(first.name(), AuthServer.PASSWORD), "Cookie", cookie);

        assertThat(mailbox.to(address)).extracting(Mailbox.Letter::kind).containsOnlyOnce("NEW_DEVICE");
    }

    @Test
    void callsADeviceTheSameAfterTheNextSignIn() {
        SignedIn first = server.someone();
        Answer again = server.post("/auth/login", AuthServer.login(first.name(), AuthServer.PASSWORD));
        SignedIn here = signedIn(first.name(), again);
        String id = server.get("/auth/verify-token", here.bearer()).text("sid");
        assertThat(rename(here, id, "Kitchen").status()).isEqualTo(204);

        Answer next = server.post("/auth/login", AuthServer.login(first.name(), AuthServer.PASSWORD), "Cookie", again.device());
        Answer afterNext = server.post("/auth/login", AuthServer.login(first.name(), AuthServer.PASSWORD), "Cookie",
                next.device());
        assertThat(name(signedIn(first.name(), next))).isEqualTo("Kitchen");
        assertThat(name(signedIn(first.name(), afterNext))).isEqualTo("Kitchen");
        assertThat(next.device()).as("counted apart").isNotEqualTo(again.device());

        server.post("/auth/login", AuthServer.login(first.name(), AuthServer.PASSWORD));
        assertThat(name(first)).as("another device").isEmpty();
        SignedIn other = server.someone();
        Answer foreign = server.post("/auth/login", AuthServer.login(other.name(), AuthServer.PASSWORD), "Cookie",
                afterNext.device());
        assertThat(name(signedIn(other.name(), foreign))).as("another account").isEmpty();
    }

    private static SignedIn signedIn(String name, Answer answer) {
        return new SignedIn(name, answer.text("access_token"), answer.text("refresh_token"));
    }

    private Answer rename(SignedIn someone, String id, String name) {
        return server.send("PATCH", "/auth/sessions/" + id, AuthServer.json("name", name), someone.bearer());
    }

    private String name(SignedIn someone) {
        return server.get("/auth/sessions", someone.bearer()).json().path("sessions").path(0).path("name").asString("");
    }
}
