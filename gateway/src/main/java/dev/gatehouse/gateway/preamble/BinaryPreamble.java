package dev.gatehouse.gateway.preamble;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/// The block of version 2: signature, command, family, length, addresses, extensions. Extensions are not looked at, but they must fill the block
/// exactly, so that a length which lies is noticed. Stateless.
final class BinaryPreamble {

    /// Octets up to the length and with it.
    static final int HEAD = 16;

    private static final int COMMAND = 12;
    private static final int FAMILY = 13;
    private static final int LENGTH = 14;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX = 0x31;

    private BinaryPreamble() {}

    /// How many octets follow the head; -1 when the head is not sound.
    static int length(byte[] head) {
        int command = head[COMMAND];
        int length = (head[LENGTH] & 0xff) << 8 | (head[LENGTH + 1] & 0xff);
        if (command == LOCAL) {
            return length;
        }
        return command == PROXY && length >= addresses(head[FAMILY]) ? length : -1;
    }

    /// How many octets the addresses of a family take, out of reach where it is none of a stream.
    private static int addresses(byte family) {
        return switch (family) {
            case UNSPECIFIED -> 0;
            case TCP4 -> 12;
            case TCP6 -> 36;
            case UNIX -> 216;
            default -> Integer.MAX_VALUE;
        };
    }

    /// Reads a whole block whose head is sound; null when the rest is not.
    static @Nullable Preamble read(ByteBuffer block) {
        byte family = block.get(FAMILY);
        if (block.get(COMMAND) == LOCAL || family == UNSPECIFIED) {
            return Preamble.UNTOLD; // whatever else stands there has to be ignored
        }
        if (!areExtensions(block.position(HEAD + addresses(family)))) {
            return null;
        }
        return switch (family) {
            case TCP4 -> new Preamble.Client(address(block, 4));
            case TCP6 -> new Preamble.Client(address(block, 16));
            default -> Preamble.UNTOLD;
        };
    }

    /// Each has a type, a length of two octets and so many octets more.
    private static boolean areExtensions(ByteBuffer rest) {
        while (rest.remaining() >= 3) {
            int length = rest.getShort(rest.position() + 1) & 0xffff;
            if (length > rest.remaining() - 3) {
                return false;
            }
            rest.position(rest.position() + 3 + length);
        }
        return !rest.hasRemaining();
    }

    private static InetAddress address(ByteBuffer block, int length) {
        byte[] source = new byte[length];
        block.get(HEAD, source);
        try {
            return InetAddress.getByAddress(source);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
