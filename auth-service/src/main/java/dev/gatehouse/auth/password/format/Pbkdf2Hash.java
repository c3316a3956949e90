package dev.gatehouse.auth.password.format;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// PBKDF2 (RFC 8018) as the PHC string `$pbkdf2-sha256$i=600000$salt$hash`, also without `i=` as Passlib writes it, as Django's
/// `pbkdf2_sha256$600000$salt$hash` and as Werkzeug's `pbkdf2:sha256:600000$salt$hex`.
///
/// @param digest underneath
/// @param iterations of it
/// @param salt not shared with any other hash
/// @param hash what came out
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
record Pbkdf2Hash(Digest digest, int iterations, byte[] salt, byte[] hash) implements StoredHash {

    // 1,000: the least that the RFC wants, and what old Werkzeug made. 2,500,000 take a second or two.
    private static final int LEAST = 1000;
    private static final int MOST = 2_500_000;
    private static final Pattern PHC = Pattern.compile(
            "\\$pbkdf2(?:-(sha1|sha256|sha512))?\\$(?:i=)?(\\d+)(?:,l=\\d+)?\\$([A-Za-z0-9+/.]+)={0,2}\\$([A-Za-z0-9+/.]+)={0,2}");
    private static final Pattern DJANGO = Pattern.compile("pbkdf2_(sha1|sha256)\\$(\\d+)\\$([^$]+)\\$([A-Za-z0-9+/]+={0,2})");
    private static final Pattern WERKZEUG = Pattern.compile("pbkdf2:(sha1|sha256|sha512):(\\d+)\\$([^$]+)\\$((?:[0-9a-f]{2})+)");

    Pbkdf2Hash {
        salt = Bounds.salt(salt);
        hash = Bounds.hash(hash);
        int blocks = (hash.length + digest.length - 1) / digest.length;
        Bounds.check("pbkdf2 iterations", iterations, LEAST, MOST / blocks);
    }

    static Pbkdf2Hash parse(String text) {
        Matcher phc = PHC.matcher(text);
        if (phc.matches()) {
            return of(phc, Bounds.base64(phc.group(3)), Bounds.base64(phc.group(4)));
        }
        Matcher django = DJANGO.matcher(text);
        if (django.matches()) {
            return of(django, utf8(django.group(3)), Bounds.base64(django.group(4)));
        }
        Matcher werkzeug = WERKZEUG.matcher(text);
        if (werkzeug.matches()) {
            return of(werkzeug, utf8(werkzeug.group(3)), HexFormat.of().parseHex(werkzeug.group(4)));
        }
        throw Bounds.damaged("PBKDF2", "$pbkdf2-sha256$i=…$salt$hash, pbkdf2_sha256$…$salt$hash or pbkdf2:sha256:…$salt$hash");
    }

    @Override
    public boolean matches(byte[] password, HashMemory memory) {
        char[] characters = new String(password, StandardCharsets.UTF_8).toCharArray(); // the JDK makes UTF-8 of them again
        PBEKeySpec wanted = new PBEKeySpec(characters, salt, iterations, hash.length * Byte.SIZE);
        try {
            byte[] computed = SecretKeyFactory.getInstance(digest.algorithm).generateSecret(wanted).getEncoded();
            return MessageDigest.isEqual(hash, computed);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + digest.algorithm, missing);
        } finally {
            wanted.clearPassword();
        }
    }

    @Override
    public String format() {
        return "pbkdf2";
    }

    @Override
    public String toString() {
        return "pbkdf2 " + digest + " i=" + iterations;
    }

    private static Pbkdf2Hash of(Matcher form, byte[] salt, byte[] hash) {
        String digest = form.group(1) == null ? "sha1" : form.group(1);
        return new Pbkdf2Hash(Digest.valueOf(digest.toUpperCase(Locale.ROOT)),
                Bounds.number("pbkdf2 iterations", form.group(2), LEAST, MOST), salt, hash);
    }

    private static byte[] utf8(String salt) {
        return salt.getBytes(StandardCharsets.UTF_8);
    }

    /// The digests in use.
    enum Digest {
        SHA1("PBKDF2WithHmacSHA1", 20), SHA256("PBKDF2WithHmacSHA256", 32), SHA512("PBKDF2WithHmacSHA512", 64);

        private final String algorithm;
        private final int length; // of its output, in bytes: a longer hash costs all iterations once more for each such block

        Digest(String algorithm, int length) {
            this.algorithm = algorithm;
            this.length = length;
        }
    }
}
