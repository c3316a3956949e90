package dev.gatehouse.gateway.compression;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// One answer on its way into gzip (RFC 1952), part by part: each part can be read when it has come, however long the next one takes. Holds a quarter of a
/// megabyte beside the heap, so there are not many at once. Used by one answer's signals, which do not overlap; closing is safe at any time, and again.
public final class Gzip implements AutoCloseable {

    /// At once in this process.
    static final int MOST = 512;

    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    // Event loops do it: half of the work of the usual 6 makes answers a few percent longer.
    private static final int LEVEL = 4;
    private static final int PIECE = 8_192;
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 sum = new CRC32();
    private long length;
    private boolean begun;
    private boolean closed;

    private Gzip() {}

    /// Begins an answer; empty when too many are on their way.
    public static Optional<Gzip> begin() {
        if (OPEN.incrementAndGet() > MOST) {
            OPEN.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new Gzip());
    }

    /// The octets that say what has come up to here.
    public synchronized byte[] part(byte[] octets) {
        if (closed || octets.length == 0) {
            return new byte[0];
        }
        sum.update(octets);
        length += octets.length;
        deflater.setInput(octets);
        return drained(Deflater.SYNC_FLUSH);
    }

    /// The octets that say that this was all.
    public synchronized byte[] end() {
        if (closed) {
            return new byte[0];
        }
        deflater.finish();
        byte[] rest = drained(Deflater.NO_FLUSH);
        return ByteBuffer.allocate(rest.length + 8).order(ByteOrder.LITTLE_ENDIAN).put(rest).putInt((int) sum.getValue())
                .putInt((int) length).array();
    }

    private byte[] drained(int flush) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(PIECE);
        if (!begun) {
            begun = true;
            out.writeBytes(HEAD);
        }
        byte[] piece = new byte[PIECE];
        int count = deflater.deflate(piece, 0, piece.length, flush);
        while (count > 0) {
            out.write(piece, 0, count);
            count = count < piece.length ? 0 : deflater.deflate(piece, 0, piece.length, flush);
        }
        return out.toByteArray();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            deflater.end();
            OPEN.decrementAndGet();
        }
    }
}
