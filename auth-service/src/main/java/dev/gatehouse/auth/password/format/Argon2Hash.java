package dev.gatehouse.auth.password.format;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Argon2i or Argon2id (RFC 9106) as the PHC string `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// @param variant of the algorithm
/// @param version of the algorithm, 16 or 19; 16 where the text names none
/// @param memory in KiB
/// @param passes over the memory
/// @param lanes of the memory
/// @param salt not shared with any other hash
/// @param hash what came out
@SuppressWarnings("ArrayRecordComponent") // copied in and out; two hashes are never compared as records
public record Argon2Hash(Variant variant, int version, int memory, int passes, int lanes, byte[] salt,
        byte[] hash) implements StoredHash {

    static final int MEMORY = 19_456; // KiB: OWASP's password storage cheat sheet, with two passes and one lane
    static final int PASSES = 2;
    static final int LANES = 1;
    static final int HASH_LENGTH = 32;
    /// How long the salt of a new hash is, in bytes.
    public static final int SALT_LENGTH = 16;

    private static final int VERSION = 19;
    // Debian's argon2 takes 4 MiB and 3 passes, Passlib and PHP 64 MiB: those must pass. 1 GiB written takes about a second.
    private static final int LEAST_MEMORY = 1024;
    private static final int MOST_MEMORY = 1 << 16;
    private static final long MOST_WRITTEN = 1 << 20;
    private static final Pattern PHC = Pattern.compile("\\$argon2(id?)\\$(?:v=(16|19)\\$)?m=(\\d+),t=(\\d+),p=(\\d+)"
            + "(?:,keyid=,data=)?\\$([A-Za-z0-9+/]+)={0,2}\\$([A-Za-z0-9+/]+)={0,2}");

    /// Copies the bytes; refuses costs that would stall the service, and those that protect nobody.
    public Argon2Hash {
        Bounds.check("argon2 lanes", lanes, 1, 16);
        Bounds.check("argon2 memory in KiB", memory, Math.max(LEAST_MEMORY, 8 * lanes), MOST_MEMORY);
        Bounds.check("argon2 passes", passes, 1, MOST_WRITTEN / memory);
        salt = Bounds.salt(salt);
        hash = Bounds.hash(hash);
    }

    /// {@return a new hash with our costs}
    ///
    /// @param password UTF-8
    /// @param salt random, of [#SALT_LENGTH]
    /// @param memory of the calling thread
    public static Argon2Hash create(byte[] password, byte[] salt, HashMemory memory) {
        return new Argon2Hash(Variant.ID, VERSION, MEMORY, PASSES, LANES, salt,
                current(salt, new byte[HASH_LENGTH]).compute(password, memory));
    }

    /// {@return a hash with our costs whose bytes are given}
    ///
    /// @param salt any
    /// @param hash of [#HASH_LENGTH]
    public static Argon2Hash current(byte[] salt, byte[] hash) {
        return new Argon2Hash(Variant.ID, VERSION, MEMORY, PASSES, LANES, salt, hash);
    }

    static Argon2Hash parse(String text) {
        Matcher phc = PHC.matcher(text);
        if (!phc.matches()) {
            throw Bounds.damaged("Argon2", "$argon2id$v=19$m=…,t=…,p=…$salt$hash or $argon2i$…");
        }
        return new Argon2Hash(phc.group(1).equals("id") ? Variant.ID : Variant.I,
                phc.group(2) == null ? Argon2Parameters.ARGON2_VERSION_10 : Integer.parseInt(phc.group(2)),
                Bounds.number("argon2 memory in KiB", phc.group(3), LEAST_MEMORY, MOST_MEMORY),
                Bounds.number("argon2 passes", phc.group(4), 1, MOST_WRITTEN),
                Bounds.number("argon2 lanes", phc.group(5), 1, 16), Bounds.base64(phc.group(6)), Bounds.base64(phc.group(7)));
    }

    /// {@return whether it is as good as a new one}
    public boolean isCurrent() {
        return variant == Variant.ID && version == VERSION && memory == MEMORY && passes == PASSES && lanes == LANES
                && hash.length == HASH_LENGTH && salt.length == SALT_LENGTH;
    }

    /// {@return the text to store}
    public String phc() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$" + format() + "$v=" + version + "$m=" + memory + ",t=" + passes + ",p=" + lanes + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    @Override
    public boolean matches(byte[] password, HashMemory pool) {
        return MessageDigest.isEqual(hash, compute(password, pool));
    }

    @Override
    public String format() {
        return variant == Variant.ID ? "argon2id" : "argon2i";
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
        return format() + " m=" + memory + ",t=" + passes + ",p=" + lanes;
    }

    private byte[] compute(byte[] password, HashMemory pool) {
        var parameters = new Argon2Parameters.Builder(variant.number).withVersion(version).withMemoryAsKB(memory)
                .withIterations(passes).withParallelism(lanes).withSalt(salt);
        if (memory == MEMORY) {
            parameters.withBlockPool(pool.blocks());
        }
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters.build());
        byte[] computed = new byte[hash.length];
        generator.generateBytes(password, computed);
        return computed;
    }

    /// Which Argon2. The third, Argon2d, is not made for passwords.
    public enum Variant {
        /// Memory is read in an order that the password does not change.
        I(Argon2Parameters.ARGON2_i),
        /// The one to use.
        ID(Argon2Parameters.ARGON2_id);

        private final int number;

        Variant(int number) {
            this.number = number;
        }
    }
}
