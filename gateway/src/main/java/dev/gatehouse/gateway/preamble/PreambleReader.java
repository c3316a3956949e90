package dev.gatehouse.gateway.preamble;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/// Reads a preamble octet by octet and not one octet further. Both versions tell themselves apart by their first octet; what cannot become one of them
/// is refused as soon as that is known. Bounded: a line of 107 octets, or 16 octets and at most 4096 more. One per connection; not thread-safe.
final class PreambleReader implements ByteProcessor {

    /// With the longest addresses and CR LF, by the protocol's own count.
    static final int LONGEST_LINE = 107;
    /// Addresses and extensions; the largest seen, a client certificate's names, stay far below.
    static final int LONGEST_BLOCK = 4096;

    private static final byte[] LINE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);

    private enum At {
        BEGIN, LINE, SIGNATURE, HEAD, BLOCK, DONE, REFUSED
    }

    private At at = At.BEGIN;
    private byte[] octets = new byte[LONGEST_LINE];
    private int count;
    private Preamble preamble = Preamble.UNTOLD;

    boolean isDone() {
        return at == At.DONE;
    }

    boolean isRefused() {
        return at == At.REFUSED;
    }

    /// What was said, once that is [done][#isDone].
    Preamble preamble() {
        return preamble;
    }

    /// Takes one octet; answers whether more are wanted.
    @Override
    public boolean process(byte octet) {
        octets[count++] = octet;
        switch (at) {
            case BEGIN -> at = octet == LINE[0] ? At.LINE : octet == SIGNATURE[0] ? At.SIGNATURE : At.REFUSED;
            case LINE -> line(octet);
            case SIGNATURE -> {
                require(octet == SIGNATURE[count - 1]);
                if (at != At.REFUSED && count == SIGNATURE.length) {
                    at = At.HEAD;
                }
            }
            case HEAD -> {
                if (count == BinaryPreamble.HEAD) {
                    head();
                }
            }
            case BLOCK -> {
                if (count == octets.length) {
                    end(BinaryPreamble.read(ByteBuffer.wrap(octets)));
                }
            }
            case DONE, REFUSED -> throw new IllegalStateException(at.name());
        }
        return at != At.DONE && at != At.REFUSED;
    }

    private void line(byte octet) {
        if (count <= LINE.length) {
            require(octet == LINE[count - 1]);
        } else if (octets[count - 2] == '\r') {
            end(octet == '\n'
                    ? TextPreamble.read(new String(octets, LINE.length, count - LINE.length - 2, StandardCharsets.US_ASCII))
                    : null);
        } else {
            require(count < LONGEST_LINE && (octet == '\r' || (octet >= ' ' && octet <= '~')));
        }
    }

    private void head() {
        int block = BinaryPreamble.length(octets);
        if (block < 0 || block > LONGEST_BLOCK) {
            at = At.REFUSED;
            return;
        }
        octets = Arrays.copyOf(octets, BinaryPreamble.HEAD + block);
        at = At.BLOCK;
        if (block == 0) {
            end(BinaryPreamble.read(ByteBuffer.wrap(octets)));
        }
    }

    private void require(boolean sound) {
        if (!sound) {
            at = At.REFUSED;
        }
    }

    private void end(@Nullable Preamble read) {
        if (read == null) {
            at = At.REFUSED;
        } else {
            preamble = read;
            at = At.DONE;
        }
    }
}
