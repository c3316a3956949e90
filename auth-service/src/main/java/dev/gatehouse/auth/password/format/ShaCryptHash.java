package dev.gatehouse.auth.password.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.codec.digest.Sha2Crypt;

/// The SHA-crypt of Unix: `$5$rounds=5000$salt$hash` with SHA-256 and `$6$…` with SHA-512, 5,000 rounds where none are named.
///
/// @param text whole
record ShaCryptHash(String text) implements StoredHash {

    // Unix takes at least 1,000; Passlib makes 656,000, and a million take two or three seconds.
    private static final int LEAST = 1000;
    private static final int MOST = 1_000_000;
    private static final Pattern FORM = Pattern
            .compile("\\$([56])\\$(?:rounds=(\\d+)\\$)?[^$:\\s]{1,16}\\$([./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})");

    static ShaCryptHash parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || form.group(3).length() != (form.group(1).equals("5") ? 43 : 86)) {
            throw Bounds.damaged("SHA-crypt", "$5$rounds=…$salt$ and 43 characters or $6$… and 86");
        }
        if (form.group(2) != null) {
            Bounds.number("sha-crypt rounds", form.group(2), LEAST, MOST);
        }
        return new ShaCryptHash(text);
    }

    @Override
    public boolean matches(byte[] password, HashMemory memory) {
        byte[] own = password.clone(); // the library overwrites what it gets
        String computed = text.startsWith("$5") ? Sha2Crypt.sha256Crypt(own, text) : Sha2Crypt.sha512Crypt(own, text);
        return MessageDigest.isEqual(ascii(text), ascii(computed));
    }

    @Override
    public String format() {
        return text.startsWith("$5") ? "sha256-crypt" : "sha512-crypt";
    }

    @Override
    public String toString() {
        return format();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
