package dev.gatehouse.gateway.path;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

import dev.gatehouse.gateway.path.PathVerdict.Clean;

import static org.assertj.core.api.Assertions.assertThat;

/// Whoever stands behind the gateway and however they read a path that was let pass: they see the segments that were matched.
class PathDecodersTests {

    /// What servers do to a path before they look at it. Each gives what such a server splits at its slashes.
    private static final Map<String, UnaryOperator<String>> DECODERS = decoders();

    private static Map<String, UnaryOperator<String>> decoders() {
        Map<String, UnaryOperator<String>> decoders = new LinkedHashMap<>();
        decoders.put("decodes twice", path -> decoded(decoded(path)));
        decoders.put("takes backslashes for slashes", path -> decoded(path).replace('\\', '/'));
        decoders.put("strips parameters, then decodes", path -> decoded(path.replaceAll(";[^/]*", "")));
        decoders.put("decodes, then strips parameters", path -> decoded(path).replaceAll(";[^/]*", ""));
        decoders.put("resolves dots before it decodes", path -> decoded(withoutDots(path)));
        decoders.put("resolves dots after it has decoded", path -> withoutDots(decoded(path)));
        decoders.put("merges slashes", path -> decoded(path).replaceAll("/+", "/"));
        decoders.put("cuts at NUL", path -> before(decoded(path), '\0'));
        decoders.put("cuts at a fragment or query that was encoded", path -> before(before(decoded(path), '#'), '?'));
        decoders.put("reads overlong UTF-8", PathDecodersTests::overlong);
        decoders.put("folds Unicode to ASCII", path -> Normalizer.normalize(decoded(path), Normalizer.Form.NFKC));
        decoders.put("reads %uXXXX", path -> decoded(path.replaceAll("%u00([0-9A-Fa-f]{2})", "%$1")));
        decoders.put("drops control characters", path -> decoded(path).replaceAll("\\p{Cntrl}", ""));
        return decoders;
    }

    @Property
    void everyDecoderSeesTheSegmentsThatWereMatched(@ForAll("targets") String target) {
        if (PathPolicy.check(target) instanceof Clean clean) {
            List<String> matched = segments(decoded(clean.path()));
            DECODERS.forEach((name, decoder) -> {
                List<String> seen = segments(decoder.apply(clean.rawPath()));
                if (name.startsWith("folds")) {
                    assertThat(seen).as("%s: %s", name, target).hasSameSizeAs(matched).doesNotContain(".", "..");
                } else {
                    assertThat(seen).as("%s: %s", name, target).isEqualTo(matched);
                }
            });
        }
        Statistics.label("verdict").collect(PathPolicy.check(target).getClass().getSimpleName());
    }

    @Property
    void bytesForwardedAreTheBytesMatched(@ForAll("targets") String target) {
        if (PathPolicy.check(target) instanceof Clean clean) {
            assertThat(target).startsWith(clean.rawPath());
            assertThat(clean.rawPath() + clean.query()).isEqualTo(target);
            assertThat(decoded(clean.path())).isEqualTo(decoded(clean.rawPath()));
            if (clean.strictQuery()) {
                assertThat(URI.create("http://h" + target).normalize().getRawPath()).isEqualTo(clean.rawPath());
            }
        }
    }

    /// Two spellings of one path are one path to the table, whatever the case of their digits.
    @Property
    void spellingsOfOneCharacterAreMatchedAlike(@ForAll("targets") String target) {
        String small = spelled(target, false);
        String large = spelled(target, true);
        assertThat(PathPolicy.check(small).getClass()).isEqualTo(PathPolicy.check(large).getClass());
        if (PathPolicy.check(small) instanceof Clean one && PathPolicy.check(large) instanceof Clean other) {
            assertThat(one.path()).isEqualTo(other.path());
        }
    }

    private static String spelled(String target, boolean large) {
        StringBuilder text = new StringBuilder(target);
        for (int i = text.indexOf("%"); i >= 0 && i + 2 < text.length(); i = text.indexOf("%", i + 1)) {
            String digits = text.substring(i + 1, i + 3);
            text.replace(i + 1, i + 3, large ? digits.toUpperCase(Locale.ROOT) : digits.toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }

    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> hostile = Arbitraries.of("/", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", ";", "%3b", "%25", "%252e",
                "2e",
                "2f", "%c0%ae", "%c0%af", "%e0%80%af", "%ef%bc%8f", "%ef%bc%8e", "%e2%80%a5", "%u002f", "%00", "%0a", "%23",
                "%3f", "?",
                "#", "%", "%7e", "%61", "%ff", "%f0%9f%98%80", "\t", " ", "%20", "é", "[", "|", ":", "%EF%BC%BC");
        Arbitrary<String> good = Arbitraries.of("/", "/a", "/b", "/Admin", "c", "%40", "@", "+", "%2b", "%C3%A9", "%c3%a9", "~",
                ",", "=", "$",
                "(", "*", "!", "'", "-", "_", "7", "%7C", "%5B", "x.y", ".z", "%e4%b8%ad");
        return Arbitraries.frequencyOf(Tuple.of(6, good), Tuple.of(1, hostile)).list().ofMaxSize(10)
                .map(pieces -> "/" + String.join("", pieces));
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.split("/", -1));
    }

    private static String before(String path, char end) {
        return path.indexOf(end) < 0 ? path : path.substring(0, path.indexOf(end));
    }

    /// RFC 3986 §5.2.4, as far as a path that begins with a slash needs it.
    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        List<String> segments = new ArrayList<>(segments(path));
        for (int i = 1; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!segment.equals(".")) {
                kept.add(segment);
            }
            if (last && (segment.equals(".") || segment.equals(".."))) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static String decoded(String path) {
        return new String(octets(path), StandardCharsets.UTF_8);
    }

    private static byte[] octets(String path) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '%' && i + 2 < path.length() && Character.digit(path.charAt(i + 1), 16) >= 0
                    && Character.digit(path.charAt(i + 2), 16) >= 0) {
                octets.write(16 * Character.digit(path.charAt(i + 1), 16) + Character.digit(path.charAt(i + 2), 16));
                i += 2;
            } else {
                int length = Character.charCount(path.codePointAt(i));
                octets.writeBytes(path.substring(i, i + length).getBytes(StandardCharsets.UTF_8));
                i += length - 1;
            }
        }
        return octets.toByteArray();
    }

    /// Believes every two-octet and three-octet form, the shortest or not.
    private static String overlong(String path) {
        byte[] octets = octets(path);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < octets.length; i++) {
            int first = octets[i] & 0xff;
            if (first >= 0xc0 && first < 0xe0 && i + 1 < octets.length) {
                text.append((char) (((first & 0x1f) << 6) | (octets[++i] & 0x3f)));
            } else if (first >= 0xe0 && first < 0xf0 && i + 2 < octets.length) {
                text.append((char) (((first & 0x0f) << 12) | ((octets[++i] & 0x3f) << 6) | (octets[++i] & 0x3f)));
            } else if (first >= 0xf0 && i + 3 < octets.length) {
                text.appendCodePoint(((first & 0x07) << 18) | ((octets[++i] & 0x3f) << 12) | ((octets[++i] & 0x3f) << 6)
                        | (octets[++i] & 0x3f));
            } else {
                text.append((char) first);
            }
        }
        return text.toString();
    }
}
