package dev.gatehouse.auth.password.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.security.crypto.bcrypt.BCrypt;

/// bcrypt: `$2a$`, `$2b$`, `$2x$`, `$2y$`, and Django's two ways of using it. It looks at the first 72 bytes of a password only, which
/// is why we verify it and never make it.
///
/// @param text the hash as `$2b$12$` and 53 characters
/// @param digested whether it is the hash of the hexadecimal SHA-256 of the password, as Django's `bcrypt_sha256`
public record BcryptHash(String text, boolean digested) implements StoredHash {

    private static final int LOOKS_AT = 72;
    // htpasswd and mkpasswd make 5 unless told otherwise; 14 takes about a second here.
    private static final int LEAST_COST = 5;
    private static final int MOST_COST = 14;
    private static final Pattern FORM = Pattern
            .compile("(?:(bcrypt|bcrypt_sha256)\\$)?(\\$2[abxy]\\$(\\d\\d)\\$[./A-Za-z0-9]{53})");

    static BcryptHash parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw Bounds.damaged("bcrypt", "$2b$12$ and 53 characters");
        }
        Bounds.number("bcrypt cost", form.group(3), LEAST_COST, MOST_COST);
        return new BcryptHash(form.group(2), "bcrypt_sha256".equals(form.group(1)));
    }

    @Override
    public boolean matches(byte[] password, HashMemory memory) {
        return BCrypt.checkpw(digested ? digest(password) : password, text);
    }

    @Override
    public String format() {
        return "bcrypt";
    }

    @Override
    public int compares() {
        return digested ? Integer.MAX_VALUE : LOOKS_AT;
    }

    @Override
    public String toString() {
        return text.substring(0, "$2b$12".length());
    }

    private static byte[] digest(byte[] password) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(password);
            return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
