package dev.gatehouse.auth;

import java.util.List;
import java.util.UUID;

import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.throttle.Subjects;

/// People with roles, made behind the service's back.
final class TestAdmins {

    private final AuthServer server;

    TestAdmins(AuthServer server) {
        this.server = server;
    }

    /// {@return somebody new who signed in with these roles}
    ///
    /// @param roles such as `{user,admin}`
    SignedIn signedInWith(String roles) {
        return server.login(changed(server.someone(), "roles = '" + roles + "'").name());
    }

    SignedIn changed(SignedIn someone, String change) {
        server.database().sql("UPDATE account SET " + change + " WHERE username = ?").param(someone.name()).update();
        return someone;
    }

    UUID id(SignedIn someone) {
        return server.database().sql("SELECT id FROM account WHERE username = ?").param(someone.name()).query(UUID.class)
                .single();
    }

    /// {@return under what attempts at somebody's password are counted}
    String subject(SignedIn someone) {
        return server.bean(Subjects.class).of(id(someone));
    }

    /// {@return what events of a type say about somebody, the first first}
    List<String> dataOf(SignedIn someone, String type) {
        return server.database().sql("SELECT data::jsonb::text FROM outbox WHERE subject = ? AND type = ? ORDER BY position")
                .params(id(someone), type).query(String.class).list();
    }

    /// {@return what happened to somebody, the last first, with whoever did it}
    List<String> storyOf(SignedIn someone) {
        return server.database()
                .sql("SELECT type || ' ' || coalesce(actor::text, '-') FROM outbox WHERE subject = ? ORDER BY position DESC")
                .param(id(someone)).query(String.class).list();
    }
}
