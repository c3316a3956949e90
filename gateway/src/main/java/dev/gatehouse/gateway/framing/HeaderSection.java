package dev.gatehouse.gateway.framing;

import io.netty.util.ByteProcessor;

import dev.gatehouse.gateway.problem.Code;

/// Reads a request line and a header section octet by octet and takes only what RFC 9112 §3 and §5 let a client send: single spaces in the request
/// line, CR LF at the end of each line, names that are tokens with the colon right behind them, values without control characters, no folded lines.
///
/// Lenience that the specification allows to receivers (bare LF, more white space, folded lines) is not taken up: where one parser is lenient and
/// the next is not, a request can be two. One empty line ahead of a request is ignored (§2.2). One per connection; not thread-safe.
final class HeaderSection implements ByteProcessor {

    /// More fields than this are an attack on hash tables and logs, not a request.
    static final int MAX_FIELDS = 100;

    private static final String VERSION = "HTTP/1.";

    private enum At {
        START, START_CR, METHOD, TARGET_BEGIN, TARGET, VERSION, LINE_CR, FIELD, NAME, VALUE, VALUE_CR, LAST_CR, DONE, REFUSED
    }

    private At at = At.START;
    private int versionLength;
    private int fields;
    private boolean emptyLine;
    private Code code = Code.REQUEST_MALFORMED;
    private String why = "";

    /// Begins with the next request.
    void restart() {
        at = At.START;
        versionLength = 0;
        fields = 0;
        emptyLine = false;
    }

    /// Begins with a trailer section, which has fields only (RFC 9112 §7.1.2).
    void restartAtFields() {
        restart();
        at = At.FIELD;
    }

    /// Whether nothing of the section has come yet.
    boolean isUntouched() {
        return at == At.START && !emptyLine;
    }

    /// Whether the octet looked at last was the last of the section.
    boolean isDone() {
        return at == At.DONE;
    }

    /// Whether the octet looked at last cannot stand there.
    boolean isRefused() {
        return at == At.REFUSED;
    }

    Code code() {
        return code;
    }

    /// For the log, not for the client.
    String why() {
        return why;
    }

    /// Answers whether to go on; if not, the section is [done][#isDone] or [refused][#isRefused].
    @Override
    public boolean process(byte value) {
        int octet = value & 0xff;
        return switch (at) {
            case VALUE -> Octets.isText(octet) || next(octet == '\r', At.VALUE_CR, "control character in a field's value");
            case NAME -> Octets.isToken(octet) || next(octet == ':', At.VALUE, "character that a field's name cannot hold");
            case VALUE_CR -> next(octet == '\n', At.FIELD, "CR without LF");
            case FIELD -> octet == '\r' ? to(At.LAST_CR) : field(octet);
            case LAST_CR -> next(octet == '\n', At.DONE, "CR without LF") && at != At.DONE;
            case START -> octet == '\r'
                    ? next(!emptyLine, At.START_CR, "empty lines")
                    : next(Octets.isToken(octet), At.METHOD, "no method at the beginning");
            case START_CR -> {
                emptyLine = true;
                yield next(octet == '\n', At.START, "CR without LF");
            }
            case METHOD -> Octets.isToken(octet) || next(octet == ' ', At.TARGET_BEGIN, "character that a method cannot hold");
            case TARGET_BEGIN -> next(Octets.isVisible(octet), At.TARGET, "no single space before the target");
            case TARGET -> Octets.isVisible(octet)
                    || next(octet == ' ', At.VERSION, "character that a target cannot hold, or no version");
            case VERSION -> version(octet);
            case LINE_CR -> next(octet == '\n', At.FIELD, "CR without LF");
            case DONE, REFUSED -> false;
        };
    }

    /// `HTTP/1.1` or `HTTP/1.0`, and CR behind it (RFC 9112 §2.3: with regard to case).
    private boolean version(int octet) {
        int place = versionLength++;
        if (place < VERSION.length()) {
            return octet == VERSION.charAt(place) || refuse("neither HTTP/1.1 nor HTTP/1.0");
        }
        if (place == VERSION.length()) {
            return octet == '1' || octet == '0' || refuse("neither HTTP/1.1 nor HTTP/1.0");
        }
        return next(octet == '\r', At.LINE_CR, "no CR LF behind the version");
    }

    private boolean field(int octet) {
        if (!Octets.isToken(octet)) {
            return refuse(octet == ' ' || octet == '\t' ? "folded line" : "line that does not begin with a field's name");
        }
        if (++fields > MAX_FIELDS) {
            code = Code.REQUEST_HEADERS_TOO_LARGE;
            return refuse("more than " + MAX_FIELDS + " fields");
        }
        return to(At.NAME);
    }

    private boolean next(boolean allowed, At then, String otherwise) {
        return allowed ? to(then) : refuse(otherwise);
    }

    private boolean to(At then) {
        at = then;
        return true;
    }

    private boolean refuse(String reason) {
        at = At.REFUSED;
        why = reason;
        return false;
    }
}
