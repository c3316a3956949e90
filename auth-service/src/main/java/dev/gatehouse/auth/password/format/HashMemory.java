package dev.gatehouse.auth.password.format;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;

/// The 19 MiB of a hashing thread, used again for every hash of our own costs. For one thread.
public final class HashMemory {

    private final FixedBlockPool blocks = new FixedBlockPool(Argon2Hash.MEMORY);

    /// Makes memory for the calling thread; it is taken from the heap with the first hash.
    public HashMemory() {}

    BlockPool blocks() {
        return blocks;
    }
}
