package dev.gatehouse.auth.password.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.generators.SCrypt;

/// scrypt (RFC 7914) as the PHC string `$scrypt$ln=15,r=8,p=1$salt$hash`, as Django's `scrypt$16384$salt$8$5$hash` and as Werkzeug's
/// `scrypt:32768:8:1$salt$hex`.
///
/// @param costs of the hash
/// @param salt not shared with any other hash
/// @param hash what came out
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
record ScryptHash(Costs costs, byte[] salt, byte[] hash) implements StoredHash {

    private static final Pattern PHC = Pattern
            .compile("\\$scrypt\\$ln=(\\d+),r=(\\d+),p=(\\d+)\\$([A-Za-z0-9+/.]+)={0,2}\\$([A-Za-z0-9+/.]+)={0,2}");
    private static final Pattern DJANGO = Pattern
            .compile("scrypt\\$(\\d+)\\$([^$]+)\\$(\\d+)\\$(\\d+)\\$([A-Za-z0-9+/]+={0,2})");
    private static final Pattern WERKZEUG = Pattern.compile("scrypt:(\\d+):(\\d+):(\\d+)\\$([^$]+)\\$((?:[0-9a-f]{2})+)");

    ScryptHash {
        salt = Bounds.salt(salt);
        hash = Bounds.hash(hash);
    }

    static ScryptHash parse(String text) {
        Matcher phc = PHC.matcher(text);
        if (phc.matches()) {
            return new ScryptHash(Costs.logarithmic(phc.group(1), phc.group(2), phc.group(3)), Bounds.base64(phc.group(4)),
                    Bounds.base64(phc.group(5)));
        }
        Matcher django = DJANGO.matcher(text);
        if (django.matches()) {
            return new ScryptHash(Costs.plain(django.group(1), django.group(3), django.group(4)), utf8(django.group(2)),
                    Bounds.base64(django.group(5)));
        }
        Matcher werkzeug = WERKZEUG.matcher(text);
        if (werkzeug.matches()) {
            return new ScryptHash(Costs.plain(werkzeug.group(1), werkzeug.group(2), werkzeug.group(3)), utf8(werkzeug.group(4)),
                    HexFormat.of().parseHex(werkzeug.group(5)));
        }
        throw Bounds.damaged("scrypt", "$scrypt$ln=…,r=…,p=…$salt$hash, scrypt$N$salt$r$p$hash or scrypt:N:r:p$salt$hash");
    }

    @Override
    public boolean matches(byte[] password, HashMemory memory) {
        return MessageDigest.isEqual(hash, costs.derive(password, salt, hash.length));
    }

    @Override
    public String format() {
        return "scrypt";
    }

    @Override
    public String toString() {
        return "scrypt " + costs;
    }

    private static byte[] utf8(String salt) {
        return salt.getBytes(StandardCharsets.UTF_8);
    }

    /// What an scrypt hash costs.
    ///
    /// @param n blocks of memory, a power of two
    /// @param r size of a block in units of 128 bytes
    /// @param p times that the memory is filled
    record Costs(int n, int r, int p) {

        private static final int LEAST_N = 1 << 10;
        private static final int MOST_N = 1 << 19;
        private static final int MOST_R = 32;
        private static final int MOST_P = 16;
        private static final long LEAST_BLOCKS = 1 << 13; // 1 MiB
        private static final long MOST_BLOCKS = 1 << 19; // 64 MiB: what Passlib makes
        private static final long MOST_FILLED = 1 << 21; // 256 MiB: about a second

        Costs {
            Bounds.check("scrypt N", n, LEAST_N, MOST_N);
            Bounds.check("scrypt r", r, 1, MOST_R);
            Bounds.check("scrypt p", p, 1, MOST_P);
            if (Integer.bitCount(n) != 1) {
                throw new IllegalArgumentException("scrypt N: " + n + " (expected: a power of two)");
            }
            Bounds.check("scrypt N * r", (long) n * r, LEAST_BLOCKS, MOST_BLOCKS);
            Bounds.check("scrypt N * r * p", (long) n * r * p, LEAST_BLOCKS, MOST_FILLED);
        }

        static Costs plain(String n, String r, String p) {
            return new Costs(Bounds.number("scrypt N", n, LEAST_N, MOST_N), Bounds.number("scrypt r", r, 1, MOST_R),
                    Bounds.number("scrypt p", p, 1, MOST_P));
        }

        static Costs logarithmic(String ln, String r, String p) {
            return plain(Integer.toString(1 << Bounds.number("scrypt ln", ln, 10, 19)), r, p);
        }

        byte[] derive(byte[] password, byte[] salt, int length) {
            return SCrypt.generate(password, salt, n, r, p, length);
        }

        @Override
        public String toString() {
            return "N=" + n + ",r=" + r + ",p=" + p;
        }
    }
}
