package dev.gatehouse.auth;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.sealing.Sealer;

/// The mails that wait to be sent, opened.
public final class Mailbox {

    private final AuthServer server;

    public Mailbox(AuthServer server) {
        this.server = server;
    }

    /// {@return the mails to an address, the oldest first}
    public List<Letter> to(String address) {
        return server.database()
                .sql("SELECT id, kind, payload FROM mail_outbox WHERE payload IS NOT NULL ORDER BY created_at, id")
                .query((row, _) -> letter(row.getObject("id", UUID.class), row.getString("kind"), row.getBytes("payload"))).list()
                .stream().filter(letter -> letter.to().equals(address)).toList();
    }

    public Letter last(String address, String kind) {
        return to(address).stream().filter(letter -> letter.kind().equals(kind)).reduce((_, later) -> later).orElseThrow();
    }

    /// Shows the code of the mail to whoever has just registered, in their session.
    public void verify(AuthServer.SignedIn someone) {
        String code = last(AuthServer.address(someone), "VERIFY_EMAIL").code();
        var answer = server.post("/auth/email/verify", AuthServer.json("code", code), someone.bearer());
        if (answer.status() != 204) {
            throw new IllegalStateException("verify: " + answer);
        }
    }

    private Letter letter(UUID id, String kind, byte[] sealed) {
        byte[] plain = server.bean(Sealer.class).open(sealed, "mail:" + id).orElseThrow();
        JsonNode payload = JsonMapper.shared().readTree(new String(plain, StandardCharsets.UTF_8));
        return new Letter(kind, payload.path("to").asString(), payload.path("username").asString(),
                payload.path("token").asString(""),
                payload.path("code").asString(""), payload.path("address").asString(""), payload.path("device").asString(""));
    }

    /// What one of them says.
    public record Letter(String kind, String to, String name, String token, String code, String address, String device) {}
}
