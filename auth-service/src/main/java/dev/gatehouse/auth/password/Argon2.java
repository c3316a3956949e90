package dev.gatehouse.auth.password;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Argon2id (RFC 9106) with one block of memory that is used again for every hash. For one thread.
final class Argon2 {

    static final int MEMORY = 19_456; // KiB: OWASP's password storage cheat sheet, with two passes and one lane
    static final int PASSES = 2;
    static final int LANES = 1;
    static final int HASH_LENGTH = 32;
    static final int SALT_LENGTH = 16;

    private final FixedBlockPool memory = new FixedBlockPool(MEMORY);

    PasswordHash hash(Password password, byte[] salt) {
        byte[] hash = run(password, salt, MEMORY, PASSES, LANES, HASH_LENGTH);
        return new PasswordHash(MEMORY, PASSES, LANES, salt, hash);
    }

    /// {@return what the password hashes to with the salt and the costs of `like`}
    byte[] run(Password password, PasswordHash like) {
        return run(password, like.salt(), like.memory(), like.passes(), like.lanes(), like.hash().length);
    }

    private byte[] run(Password password, byte[] salt, int memoryKib, int passes, int lanes, int length) {
        var parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt);
        if (memoryKib == MEMORY) {
            parameters.withBlockPool(memory);
        }
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters.build());
        byte[] hash = new byte[length];
        generator.generateBytes(password.utf8(), hash);
        return hash;
    }
}
