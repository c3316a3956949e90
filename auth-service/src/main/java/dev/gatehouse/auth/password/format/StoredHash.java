package dev.gatehouse.auth.password.format;

/// A password hash as it lies in the database, with everything needed to verify it. Values; thread-safe.
public sealed interface StoredHash permits Argon2Hash, BcryptHash, FirebaseHash, Pbkdf2Hash, ScryptHash, ShaCryptHash {

    /// The longest text read: the longest real ones, exports of Keycloak, have below 1,000 characters.
    int LONGEST_TEXT = 2048;

    /// {@return whether this is the hash of the password}
    ///
    /// Computes from 35 ms up to about 3 s and takes up to 64 MiB, by the bounds of each format; does not wait for anything.
    ///
    /// @param password UTF-8, exactly as received; not kept
    /// @param memory of the calling thread
    /// @throws IllegalArgumentException where the library of the format refuses to compute it
    boolean matches(byte[] password, HashMemory memory);

    /// {@return the name of the format, for logs and metrics}
    String format();

    /// {@return how many bytes of a password count; those after them it does not look at}
    default int compares() {
        return Integer.MAX_VALUE;
    }

    /// Reads any of the formats.
    ///
    /// @param text from the database
    /// @return the hash
    /// @throws IllegalArgumentException where the format is unknown, the text is damaged, or its costs are out of bounds; the message
    ///         says which and repeats numbers only
    static StoredHash read(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "password hash: " + text.length() + " characters (expected: at most " + LONGEST_TEXT + ")");
        }
        if (text.startsWith("$argon2")) {
            return Argon2Hash.parse(text);
        }
        if (text.startsWith("argon2$argon2")) {
            return Argon2Hash.parse(text.substring("argon2".length())); // Django
        }
        if (text.startsWith("$2") || text.startsWith("bcrypt")) {
            return BcryptHash.parse(text);
        }
        if (text.startsWith("$pbkdf2") || text.startsWith("pbkdf2")) {
            return Pbkdf2Hash.parse(text);
        }
        if (text.startsWith("$scrypt$") || text.startsWith("scrypt")) {
            return ScryptHash.parse(text);
        }
        if (text.startsWith("$5$") || text.startsWith("$6$")) {
            return ShaCryptHash.parse(text);
        }
        if (text.startsWith("$fbscrypt$") || text.startsWith("$firescrypt$")) {
            return FirebaseHash.parse(text);
        }
        if (text.startsWith("{")) {
            return KeycloakCredential.parse(text);
        }
        throw new IllegalArgumentException("password hash: unknown format (expected: Argon2, bcrypt, PBKDF2, scrypt, SHA-crypt,"
                + " or a credential of Keycloak or Firebase)");
    }
}
