package dev.gatehouse.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Puts text into header values: visible ASCII as it is, everything else, `%` itself and a list's separator as percent-encoded UTF-8
/// (RFC 3986 §2.1); half a surrogate pair as U+FFFD, never as a `?` that another text may have. What a backend decodes is what the token said, and no claim can end a header or add to a list.
final class VisibleText {

    private static final char NO_SEPARATOR = '%'; // encoded in any case
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private VisibleText() {}

    static String of(String text) {
        return plain(text, NO_SEPARATOR) ? text : encoded(text, NO_SEPARATOR, new StringBuilder()).toString();
    }

    static String joined(List<String> texts, char separator) {
        if (texts.size() == 1 && plain(texts.getFirst(), separator)) {
            return texts.getFirst();
        }
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < texts.size(); i++) {
            if (i > 0) {
                joined.append(separator);
            }
            String text = texts.get(i);
            if (plain(text, separator)) {
                joined.append(text);
            } else {
                encoded(text, separator, joined);
            }
        }
        return joined.toString();
    }

    private static boolean plain(String text, char separator) {
        for (int i = 0; i < text.length(); i++) {
            if (!plain(text.charAt(i), separator)) {
                return false;
            }
        }
        return true;
    }

    private static boolean plain(int character, char separator) {
        return character > ' ' && character < 0x7f && character != '%' && character != separator;
    }

    /// As the assertion says it.
    private static String whole(String text) {
        return text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xfffd : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static StringBuilder encoded(String text, char separator, StringBuilder out) {
        for (byte octet : whole(text).getBytes(StandardCharsets.UTF_8)) {
            int value = octet & 0xff;
            if (plain(value, separator)) {
                out.append((char) value);
            } else {
                out.append('%').append((char) HEX[value >> 4]).append((char) HEX[value & 15]);
            }
        }
        return out;
    }
}
