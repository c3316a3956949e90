package dev.gatehouse.gateway.websocket;

import io.netty.buffer.ByteBuf;

/// Reads along with one direction of a socket (RFC 6455 §5.2) and says how much of what came may pass: data as it comes, headers and control frames only as a
/// whole. Holds nothing itself. One per direction; not thread-safe.
final class Frames {

    /// Nothing is wrong.
    static final int FINE = 0;

    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PONG = 10;
    private static final int LONGEST_CONTROL = 125;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int TOO_LARGE = 1009;
    /// No close code was said (RFC 6455 §7.4.1).
    static final int NO_STATUS = 1005;

    private final boolean masked;
    private final boolean extended;
    private final long maxFrame;

    private long left;
    private boolean inMessage;
    private boolean closed;
    private int broken = FINE;
    private int closeCode = NO_STATUS;

    /// @param masked whether they come from a client
    /// @param extended whether an extension was agreed on, which may use the reserved bits
    Frames(boolean masked, boolean extended, long maxFrame) {
        this.masked = masked;
        this.extended = extended;
        this.maxFrame = maxFrame;
    }

    /// How many of the readable octets may pass; more of them have to come before the others may, unless it [is over][#isClosed] or [broken][#broken].
    int scan(ByteBuf in) {
        int at = in.readerIndex();
        while (at < in.writerIndex() && !closed && broken == FINE) {
            int next = at + (left > 0 ? payload(in.writerIndex() - at) : frame(in, at, in.writerIndex() - at));
            if (next == at) {
                break;
            }
            at = next;
        }
        return at - in.readerIndex();
    }

    /// The rest of the data frame that is under way, as far as it has come.
    int payload(int available) {
        int passing = (int) Math.min(left, available);
        left -= passing;
        return passing;
    }

    private int frame(ByteBuf in, int at, int available) {
        if (available < 2) {
            return 0;
        }
        int first = in.getUnsignedByte(at);
        int second = in.getUnsignedByte(at + 1);
        if (((first & 0x70) != 0 && !extended) || ((second & 0x80) != 0) != masked) {
            return refuse(PROTOCOL_ERROR);
        }
        int size = headerSize(second & 0x7f);
        if (available < size) {
            return 0;
        }
        long length = length(in, at, second & 0x7f);
        boolean last = (first & 0x80) != 0;
        int kind = first & 0x0f;
        return kind >= CLOSE
                ? control(in, at, kind, last, size, length, available)
                : data(kind, last, size, length);
    }

    private int headerSize(int shortLength) {
        return 2 + (shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0) + (masked ? 4 : 0);
    }

    /// -1 when it could have been told in less (§5.2: the minimal number of octets).
    private static long length(ByteBuf in, int at, int shortLength) {
        if (shortLength < 126) {
            return shortLength;
        }
        long length = shortLength == 126 ? in.getUnsignedShort(at + 2) : in.getLong(at + 2);
        return length < (shortLength == 126 ? 126 : 0x1_0000) ? -1 : length;
    }

    private int data(int kind, boolean last, int size, long length) {
        if (kind > BINARY || (kind == CONTINUATION) != inMessage || length < 0) {
            return refuse(PROTOCOL_ERROR);
        }
        if (length > maxFrame) {
            return refuse(TOO_LARGE);
        }
        inMessage = !last;
        left = length;
        return size;
    }

    private int control(ByteBuf in, int at, int kind, boolean last, int size, long length, int available) {
        if (kind > PONG || !last || length < 0 || length > LONGEST_CONTROL) {
            return refuse(PROTOCOL_ERROR);
        }
        if (available < size + length) {
            return 0;
        }
        if (kind == CLOSE) {
            if (length > 0 && !isCode(code(in, at + size, length))) {
                return refuse(PROTOCOL_ERROR);
            }
            closeCode = length == 0 ? NO_STATUS : code(in, at + size, length);
            closed = true;
        }
        return size + (int) length;
    }

    private int code(ByteBuf in, int payload, long length) {
        if (length < 2) {
            return 0;
        }
        return in.getUnsignedShort(payload) ^ (masked ? in.getUnsignedShort(payload - 4) : 0);
    }

    /// §7.4: those that may stand in a frame.
    private static boolean isCode(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != NO_STATUS && code != 1006)
                || (code >= 3000 && code <= 4999);
    }

    private int refuse(int code) {
        broken = code;
        return 0;
    }

    /// Whether a data frame has begun to pass and not ended.
    boolean isInFrame() {
        return left > 0;
    }

    /// Whether a close frame has passed; nothing may follow it (§5.5.1).
    boolean isClosed() {
        return closed;
    }

    /// What the close frame said; 1005 when it said nothing.
    int closeCode() {
        return closeCode;
    }

    /// The close code for whoever sent what cannot pass; [#FINE] when nobody did.
    int broken() {
        return broken;
    }
}
