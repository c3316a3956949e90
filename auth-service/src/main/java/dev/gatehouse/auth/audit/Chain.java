package dev.gatehouse.auth.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How entries hold together. An entry's hash is the SHA-256 of its line up to and with `previous`, the hash of the one before;
/// `hash` follows as the last member. So an exported file can be checked with nothing but a hash function.
///
/// @param position of the last entry; 0 for none
/// @param hash of the last entry in hexadecimal; 64 zeros for none
record Chain(long position, String hash) {

    static final Chain START = new Chain(0, "0".repeat(64));

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// {@return the chain with one more entry}
    Chain with(AuditEntry entry) {
        return new Chain(entry.position(), HexFormat.of().formatHex(sha256(line(entry, entry.data()).toString())));
    }

    /// {@return whether the entry's details are written as we write them. What is hashed is their meaning: another text of the same meaning may show
    /// more, such as a name that stands there twice}
    static boolean isOurs(AuditEntry entry) {
        try {
            return JSON.readTree(entry.data()).toString().equals(entry.data());
        } catch (JacksonException damaged) {
            return false;
        }
    }

    /// {@return the entry's details as JSON: where they are not written as we write them, their text as a string}
    static String readable(AuditEntry entry) {
        return isOurs(entry) ? entry.data() : JSON.writeValueAsString(entry.data());
    }

    /// {@return the line of an entry that follows this chain, as it is exported}
    ///
    /// @param written the hash that was written with it, right or wrong
    String export(AuditEntry entry, String written) {
        return line(entry, readable(entry)).put("hash", written).toString();
    }

    private ObjectNode line(AuditEntry entry, String data) {
        ObjectNode line = JSON.createObjectNode();
        line.put("position", entry.position());
        line.put("id", entry.id().toString());
        line.put("time", entry.occurredAt().toString());
        line.put("action", entry.type());
        line.put("outcome", entry.outcome());
        put(line, "user", entry.subject().map(UUID::toString));
        put(line, "actor", entry.actor().map(UUID::toString));
        put(line, "session", entry.session().map(UUID::toString));
        put(line, "address", entry.source().address());
        put(line, "agent", entry.source().userAgent());
        put(line, "request", entry.source().requestId());
        line.set("data", JSON.readTree(data));
        line.put("previous", hash);
        return line;
    }

    private static void put(ObjectNode line, String name, Optional<String> value) {
        value.ifPresent(text -> line.put(name, text));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) { // every Java has it
            throw new IllegalStateException(impossible);
        }
    }
}
