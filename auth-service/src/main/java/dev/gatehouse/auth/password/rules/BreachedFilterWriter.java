package dev.gatehouse.auth.password.rules;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static dev.gatehouse.auth.password.rules.BreachedFilter.BLOCK_BITS;
import static dev.gatehouse.auth.password.rules.BreachedFilter.PAGE;

/// Writes a [BreachedFilter] from hashes that come in order, with one block in memory. The file appears under its name when it is
/// whole. For one thread.
final class BreachedFilterWriter implements AutoCloseable {

    private static final double LN_2 = Math.log(2);

    private final Path target;
    private final Path unfinished;
    private final OutputStream out;
    private final int probes;
    private final long blocks;
    private byte[] block = new byte[PAGE];
    private long current;

    /// @param hashes how many will come
    /// @param bitsPerHash size of the filter
    BreachedFilterWriter(Path target, long hashes, int bitsPerHash) throws IOException {
        this.target = target;
        this.unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        this.probes = Math.max(1, (int) Math.round(bitsPerHash * LN_2));
        this.blocks = Math.max(1, Math.ceilDiv(Math.multiplyExact(hashes, bitsPerHash), BLOCK_BITS));
        this.out = new BufferedOutputStream(Files.newOutputStream(unfinished), 64 * PAGE);
        out.write(ByteBuffer.allocate(PAGE).putLong(BreachedFilter.MAGIC).putLong(probes).putLong(blocks).array());
    }

    /// {@return whether it came in order; one that did not is not added}
    boolean add(byte[] sha1) throws IOException {
        long wanted = BreachedFilter.block(sha1, blocks);
        if (wanted < current) {
            return false;
        }
        moveTo(wanted);
        for (int probe = 0; probe < probes; probe++) {
            int bit = BreachedFilter.bit(sha1, probe);
            block[bit >>> 3] |= (byte) (1 << (bit & 7));
        }
        return true;
    }

    /// Completes the file and gives it its name.
    void finish() throws IOException {
        moveTo(blocks);
        out.close();
        Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(unfinished);
    }

    private void moveTo(long wanted) throws IOException {
        while (current < wanted) {
            out.write(block);
            block = new byte[PAGE];
            current++;
        }
    }
}
