package dev.gatehouse.gateway.compression;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/// Which answers can be compressed. Pure.
public final class Answer {

    /// Shorter ones would hardly become shorter.
    static final long LEAST = 1024;

    private static final Set<String> TYPES = Set.of("application/json", "application/x-ndjson", "application/javascript",
            "application/xml", "application/xhtml+xml", "application/wasm", "application/manifest+json",
            "image/svg+xml", "font/ttf", "font/otf");
    // What is said of the very octets, or for a part of them, would no longer be true.
    private static final List<String> OF_OCTETS = List.of("Content-Encoding", "Content-Range", "Content-Digest", "Repr-Digest",
            "Digest",
            "Content-MD5");

    private Answer() {}

    /// Whether an answer is one that compressing could make shorter and leaves true: 200, text of some kind, not short, not compressed before, and nothing in it
    /// says that it must stay as it is (RFC 9110 §7.7).
    ///
    /// @param fields the values of the answer's fields of a name
    public static boolean canBeCompressed(int status, Function<String, List<String>> fields) {
        if (status != 200 || !isText(fields.apply("Content-Type"))) {
            return false;
        }
        for (String name : OF_OCTETS) {
            if (!fields.apply(name).isEmpty()) {
                return false;
            }
        }
        for (String cache : fields.apply("Cache-Control")) {
            if (cache.toLowerCase(Locale.ROOT).contains("no-transform")) {
                return false;
            }
        }
        return isLong(fields.apply("Content-Length"));
    }

    private static boolean isText(List<String> types) {
        if (types.size() != 1) {
            return false;
        }
        String field = types.getFirst();
        int parameters = field.indexOf(';');
        String type = (parameters < 0 ? field : field.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml") || TYPES.contains(type);
    }

    /// One that does not say its length is taken for long.
    private static boolean isLong(List<String> lengths) {
        if (lengths.isEmpty()) {
            return true;
        }
        String length = lengths.getFirst();
        return length.length() > 4 || (length.length() == 4 && Long.parseLong(length) >= LEAST);
    }

    /// The same answer in other octets has another validator (RFC 9110 §8.8.1): a strong one becomes weak.
    public static String validator(String etag) {
        return etag.startsWith("W/") ? etag : "W/" + etag;
    }
}
