package dev.gatehouse.auth;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.database.TestHousekeeping;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.TestThrottle;

import static org.assertj.core.api.Assertions.assertThat;

/// Somebody to whom everything happens that can happen: each event about accounts and sessions is told.
final class CatalogueIT {

    private static final Set<String> NOT_YET = Set.of("user.passkey_added", "user.passkey_removed");
    private static final String PASSWORD = "\"password\":\"" + AuthServer.PASSWORD + "\"";

    private final AuthServer server = AuthServer.shared();
    private final Mailbox mailbox = new Mailbox(server);
    private final SignedIn someone = server.someone();
    private final UUID id = new TestAdmins(server).id(someone);
    private final String address = someone.name() + "@example.com";

    @Test
    void tellsEverythingThatHappens() {
        changeTheAccount();
        useSecondFactors();
        comeUnderSuspicion();
        leave();

        assertThat(told()).isEqualTo(Arrays.stream(EventType.values()).map(EventType::key)
                .filter(key -> key.startsWith("user.") || key.startsWith("session.")).filter(key -> !NOT_YET.contains(key))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private void changeTheAccount() {
        mailbox.verify(someone);
        done(call("PATCH", "/auth/profile", "{\"username\":\"" + someone.name() + "x\"}"));
        done(call("PATCH", "/auth/profile", "{\"username\":\"" + someone.name() + "\"}"));
        String session = server.get("/auth/sessions", someone.bearer()).json().path("sessions").path(0).path("id").asString();
        done(call("PATCH", "/auth/sessions/" + session, "{\"name\":\"Desk\"}"));
        done(call("POST", "/auth/step-up", "{" + PASSWORD + "}"));
        done(call("POST", "/auth/email/change", "{\"email\":\"new." + address + "\"," + PASSWORD + "}"));
        done(call("POST", "/auth/email/change/confirm",
                "{\"code\":\"" + mailbox.last("new." + address, "CHANGE_EMAIL_NEW").code() + "\"}"));
        done(server.post("/auth/email/change/confirm", token(address, "CHANGE_EMAIL_OLD")));
        done(server.post("/auth/register", AuthServer.registration("again_" + someone.name(), "new." + address)));
        done(server.get("/auth/account/export", someone.bearer()));
    }

    private void useSecondFactors() {
        String secret = call("POST", "/auth/mfa/totp", "{" + PASSWORD + "}").text("secret");
        Answer confirmed = call("POST", "/auth/mfa/totp/confirm", "{\"code\":\"" + TestApp.code(secret, 0) + "\"}");
        done(confirmed);
        done(call("DELETE", "/auth/mfa/totp", "{" + PASSWORD + ",\"method\":\"recovery_code\",\"code\":\""
                + confirmed.json().path("recovery_codes").path(0).asString() + "\"}"));
    }

    private void comeUnderSuspicion() {
        SignedIn stolen = server.login(someone.name());
        done(server.post("/auth/refresh", AuthServer.refresh(stolen.refreshToken())));
        server.database().sql("UPDATE session SET rotated_at = rotated_at - interval '1 hour' WHERE account_id = ?").param(id)
                .update();
        assertThat(server.post("/auth/refresh", AuthServer.refresh(stolen.refreshToken())).status()).isEqualTo(401);
        TestThrottle.pretendFailures(server, server.bean(Subjects.class).of(id), 9);
        assertThat(server.post("/auth/login", AuthServer.login(someone.name(), "not the password")).status()).isEqualTo(401);
        server.bean(Quotas.class).forgetMails(server.bean(Subjects.class).of(id));
        done(server.post("/auth/password/forgot", "{\"email\":\"new." + address + "\"}"));
        done(server.post("/auth/password/reset", token("new." + address, "RESET_PASSWORD").replace("}", "," + PASSWORD + "}")));
    }

    private void leave() {
        SignedIn back = server.login(someone.name());
        done(call(back, "DELETE", "/auth/account", "{" + PASSWORD + "}"));
        done(server.postEmpty("/auth/account/keep", server.login(someone.name()).bearer()));
        done(call(server.login(someone.name()), "DELETE", "/auth/account", "{" + PASSWORD + "}"));
        server.database().sql("UPDATE account SET deletion_due_at = now() - interval '1 second' WHERE id = ?").param(id).update();
        TestHousekeeping.run(server);
    }

    private Set<String> told() {
        return new TreeSet<>(server.database().sql("SELECT DISTINCT type FROM outbox WHERE subject = ?").param(id)
                .query(String.class).list());
    }

    private String token(String to, String kind) {
        return "{\"token\":\"" + mailbox.last(to, kind).token() + "\"}";
    }

    private Answer call(String method, String path, String json) {
        return call(someone, method, path, json);
    }

    private Answer call(SignedIn who, String method, String path, String json) {
        return server.send(method, path, json, who.bearer());
    }

    private static void done(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isBetween(200, 204);
    }
}
