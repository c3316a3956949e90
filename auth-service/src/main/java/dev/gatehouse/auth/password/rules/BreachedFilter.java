package dev.gatehouse.auth.password.rules;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A Bloom filter over SHA-1 hashes in a file that is mapped and not read, so that it takes no heap whatever its size. It knows every
/// hash it was built from, and takes a few others for known: 1 in 1,000 with 14 bits for each.
///
/// The first eight bytes of a hash choose a block of 4 KiB, in their own order: a file of hashes in order is written from the front to
/// the back with one block in memory, and a question reads one page. The other bytes choose bits within the block.
///
/// Format: a page that starts with [#MAGIC], the number of bits for each hash and the number of blocks, then the blocks. Thread-safe.
final class BreachedFilter implements AutoCloseable {

    static final long MAGIC = 0x47485057_464C5431L; // GHPWFLT1
    static final int PAGE = 4096;
    static final int BLOCK_BITS = PAGE * Byte.SIZE;

    private final Arena arena;
    private final MemorySegment file;
    private final int probes;
    private final long blocks;

    private BreachedFilter(Arena arena, MemorySegment file, int probes, long blocks) {
        this.arena = arena;
        this.file = file;
        this.probes = probes;
        this.blocks = blocks;
    }

    /// @throws IOException where it cannot be read or is no such file, or not a whole one
    static BreachedFilter open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (file.byteSize() < 2L * PAGE || number(file, 0) != MAGIC) {
                throw new IOException("not a filter of breached passwords");
            }
            long probes = number(file, Long.BYTES);
            long blocks = number(file, 2L * Long.BYTES);
            if (probes < 1 || probes > 32 || blocks < 1 || (blocks + 1) * PAGE != file.byteSize()) {
                throw new IOException("not a whole filter of breached passwords");
            }
            return new BreachedFilter(arena, file, (int) probes, blocks);
        } catch (IOException | RuntimeException unusable) {
            arena.close();
            throw unusable;
        }
    }

    boolean contains(byte[] sha1) {
        long block = (1 + block(sha1, blocks)) * PAGE;
        for (int probe = 0; probe < probes; probe++) {
            int bit = bit(sha1, probe);
            if ((file.get(ValueLayout.JAVA_BYTE, block + (bit >>> 3)) & (1 << (bit & 7))) == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        arena.close();
    }

    /// Grows with the hash, so that hashes in order fill blocks in order.
    static long block(byte[] sha1, long blocks) {
        return Math.unsignedMultiplyHigh(ByteBuffer.wrap(sha1).getLong(0), blocks);
    }

    /// Enhanced double hashing (Dillinger and Manolios) over bytes that did not choose the block.
    static int bit(byte[] sha1, int probe) {
        ByteBuffer bytes = ByteBuffer.wrap(sha1);
        int first = bytes.getInt(8);
        int step = bytes.getInt(12);
        return (first + probe * step + (probe * probe * probe - probe) / 6) >>> 7 & (BLOCK_BITS - 1);
    }

    private static long number(MemorySegment file, long at) {
        return file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN), at);
    }
}
