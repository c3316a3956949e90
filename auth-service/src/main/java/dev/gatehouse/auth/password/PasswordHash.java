package dev.gatehouse.auth.password;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An Argon2id hash with its parameters, as the PHC string `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` in which it is stored.
///
/// @param memory in KiB
/// @param passes over the memory
/// @param lanes at the same time
/// @param salt not shared with any other hash
/// @param hash what came out
@SuppressWarnings("ArrayRecordComponent") // copied in and out; two hashes are never compared as records
record PasswordHash(int memory, int passes, int lanes, byte[] salt, byte[] hash) {

    private static final Pattern PHC = Pattern
            .compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    /// Copies the bytes; refuses costs that would stall the service.
    PasswordHash {
        if (memory < 8 * lanes || memory > 1 << 20) {
            throw new IllegalArgumentException("memory: " + memory + " KiB (expected: 8 per lane to 1048576)");
        }
        if (passes < 1 || passes > 10) {
            throw new IllegalArgumentException("passes: " + passes + " (expected: 1 to 10)");
        }
        if (lanes < 1 || lanes > 16) {
            throw new IllegalArgumentException("lanes: " + lanes + " (expected: 1 to 16)");
        }
        salt = salt.clone();
        hash = hash.clone();
    }

    /// Reads what [#phc] wrote.
    ///
    /// @throws IllegalArgumentException for any other format; the message does not repeat the text
    static PasswordHash parse(String phc) {
        Matcher matcher = PHC.matcher(phc);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("password hash: unknown format (expected: $argon2id$v=19$…)");
        }
        return new PasswordHash(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)), Base64.getDecoder().decode(matcher.group(4)),
                Base64.getDecoder().decode(matcher.group(5)));
    }

    String phc() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memory + ",t=" + passes + ",p=" + lanes + "$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    @Override
    public byte[] salt() {
        return salt.clone();
    }

    @Override
    public byte[] hash() {
        return hash.clone();
    }

    @Override
    public String toString() {
        return "argon2id m=" + memory + ",t=" + passes + ",p=" + lanes;
    }
}
