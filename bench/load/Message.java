package load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Where a message of HTTP/1.1 ends, for messages whose lengths are known. Everything else about it is left alone: who measures should have little to do.
final class Message {

    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    private Message() {}

    /// The position behind the message that starts at 0, or -1 when more of it has to come; `in` is filled up to its position.
    static int end(ByteBuffer in) {
        long length = 0;
        int line = 0;
        for (int i = 0; i < in.position(); i++) {
            if (in.get(i) != '\n') {
                continue;
            }
            if (i - line < 2) {
                long end = i + 1 + length;
                return end <= in.position() ? (int) end : -1;
            }
            if (isLength(in, line, i)) {
                length = number(in, line + LENGTH.length, i);
            }
            line = i + 1;
        }
        return -1;
    }

    /// The status of an answer.
    static int status(ByteBuffer in) {
        return (in.get(9) - '0') * 100 + (in.get(10) - '0') * 10 + in.get(11) - '0';
    }

    private static boolean isLength(ByteBuffer in, int from, int to) {
        if (to - from <= LENGTH.length) {
            return false;
        }
        for (int i = 0; i < LENGTH.length; i++) {
            byte octet = in.get(from + i);
            if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    private static long number(ByteBuffer in, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            byte octet = in.get(i);
            if (octet >= '0' && octet <= '9') {
                number = number * 10 + octet - '0';
            }
        }
        return number;
    }
}
