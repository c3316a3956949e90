package dev.gatehouse.gateway.framing;

/// Reads the lines between the chunks of a body (RFC 9112 §7.1) and takes only a plain size: one to eight hexadecimal digits and CR LF. Extensions are
/// refused whole: no client of an API sends them, nothing behind the gateway could see them, and parsers have disagreed about where they end.
/// One per connection; not thread-safe.
final class Chunks {

    private static final int MAX_DIGITS = 8;

    private enum At {
        SIZE, SIZE_LF, DATA, DATA_CR, DATA_LF, LAST, REFUSED
    }

    private At at = At.SIZE;
    private int digits;
    private long size;
    private String why = "";

    void restart() {
        at = At.SIZE;
        digits = 0;
        size = 0;
    }

    /// Whether the line of the last chunk has been read; a trailer section follows.
    boolean isLast() {
        return at == At.LAST;
    }

    boolean isRefused() {
        return at == At.REFUSED;
    }

    /// For the log, not for the client.
    String why() {
        return why;
    }

    /// How many octets of data come next; 0 when the next one belongs to a line.
    long data() {
        return at == At.DATA ? size : 0;
    }

    /// Notes that octets of data have come, at most as many as [#data()].
    void passed(int octets) {
        size -= octets;
        if (size == 0) {
            at = At.DATA_CR;
        }
    }

    /// Looks at one octet that is not data.
    void line(byte octet) {
        switch (at) {
            case SIZE -> size(octet);
            case SIZE_LF -> {
                expect(octet == '\n', size == 0 ? At.LAST : At.DATA);
                digits = 0;
            }
            case DATA_CR -> expect(octet == '\r', At.DATA_LF);
            case DATA_LF -> expect(octet == '\n', At.SIZE);
            case DATA, LAST, REFUSED -> throw new IllegalStateException(at.name());
        }
    }

    private void size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0 && octet > 0) {
            digits++;
            size = (size << 4) | digit;
            if (digits > MAX_DIGITS || size > Integer.MAX_VALUE) {
                refuse("chunk size too large");
            }
        } else if (octet == '\r' && digits > 0) {
            at = At.SIZE_LF;
        } else {
            refuse(octet == ';' ? "chunk extension" : "chunk size that is not hexadecimal");
        }
    }

    private void expect(boolean allowed, At then) {
        if (allowed) {
            at = then;
        } else {
            refuse("chunk without CR LF");
        }
    }

    private void refuse(String reason) {
        at = At.REFUSED;
        why = reason;
    }
}
