package dev.gatehouse.gateway.path;

/// Percent-encoded octets in a path (RFC 3986 §2.1): which are refused, and the one form that is compared.
final class PercentEncoding {

    static final String MALFORMED = "percent sign without two hexadecimal digits";

    /// What `/ . \ %` look like elsewhere in Unicode: characters that normalization (NFKC) or a best-fit conversion turns into one of them.
    private static final String LOOK_ALIKES = "\u2024\u2025\u2044\u2100\u2101\u2105\u2106\u2215\u2216\u29F5\u29F8\u29F9"
            + "\uFE52\uFE68\uFE6A\uFF05\uFF0E\uFF0F\uFF3C" + "\u037E\uFE54\uFE56\uFE5F\uFF03\uFF1B\uFF1F";
    /// Take no room, so some parsers drop them, and what stood around them becomes a dot segment or another name. Joiners, which people write, are not among
    /// them.
    private static final String INVISIBLE = "\u00AD\u200B\u2060\uFEFF\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

    private PercentEncoding() {}

    /// Why the character that is encoded here is refused; empty when it is not. An octet from 0x80 on is judged with the whole UTF-8 sequence that
    /// it begins.
    static String refusal(String text, int percent) {
        if (!isTriplet(text, percent)) {
            return MALFORMED;
        }
        int octet = octet(text, percent);
        return octet < 0x80 ? asciiRefusal(text, percent, octet) : unicodeRefusal(text, percent);
    }

    private static String asciiRefusal(String text, int percent, int octet) {
        if (octet < 0x20 || octet == 0x7F) {
            return "encoded control character";
        }
        if (octet == '%') {
            return percent + 3 < text.length() && hex(text.charAt(percent + 3)) >= 0 ? "encoded twice" : "";
        }
        if (Characters.UNRESERVED.indexOf(octet) >= 0) {
            return "encoded though it need not be";
        }
        // '?' and '#' too: a server that decodes before it cuts the query off sees a shorter path.
        return "/\\;?#".indexOf(octet) >= 0 ? "encoded delimiter" : "";
    }

    private static String unicodeRefusal(String text, int percent) {
        int code = codePoint(text, percent);
        if (code < 0) {
            return "octets that are not UTF-8";
        }
        if (code < 0xA0 || code == 0x2028 || code == 0x2029) {
            return "encoded control character";
        }
        if (INVISIBLE.indexOf(code) >= 0) {
            return "encoded character that is not seen";
        }
        return LOOK_ALIKES.indexOf(code) >= 0 ? "look-alike of a delimiter" : "";
    }

    /// The code point of a well-formed UTF-8 sequence (RFC 3629 §4, so neither overlong nor a surrogate); -1 for any other.
    private static int codePoint(String text, int percent) {
        int lead = octet(text, percent);
        int length = sequenceLength(lead);
        if (length < 2) {
            return -1;
        }
        int code = lead & (0x7F >> length);
        for (int i = 1; i < length; i++) {
            int at = percent + 3 * i;
            if (!isTriplet(text, at) || (octet(text, at) & 0xC0) != 0x80) {
                return -1;
            }
            code = (code << 6) | (octet(text, at) & 0x3F);
        }
        int smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
        boolean surrogate = code >= 0xD800 && code <= 0xDFFF;
        return code < smallest || code > 0x10FFFF || surrogate ? -1 : code;
    }

    private static int sequenceLength(int lead) {
        if (lead < 0x80) {
            return 1;
        }
        if (lead < 0xC0 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    /// Where the sequence that begins here ends; only for one that is not refused.
    static int end(String text, int percent) {
        return percent + 3 * sequenceLength(octet(text, percent));
    }

    /// The path with hexadecimal digits in upper case and without encodings of characters that may stand plainly; only for a path that is not
    /// refused.
    static String normal(String path) {
        StringBuilder normal = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                normal.append(c);
                continue;
            }
            int octet = octet(path, i);
            if (Characters.PLAIN_RESERVED.indexOf(octet) >= 0) {
                normal.append((char) octet);
            } else {
                normal.append('%').append(upper(path.charAt(i + 1))).append(upper(path.charAt(i + 2)));
            }
            i += 2;
        }
        return normal.toString();
    }

    static boolean isTriplet(String text, int at) {
        return at + 2 < text.length() && text.charAt(at) == '%' && hex(text.charAt(at + 1)) >= 0 && hex(text.charAt(at + 2)) >= 0;
    }

    private static int octet(String text, int percent) {
        return (hex(text.charAt(percent + 1)) << 4) | hex(text.charAt(percent + 2));
    }

    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    private static char upper(char c) {
        return c >= 'a' ? (char) (c - 32) : c;
    }
}
