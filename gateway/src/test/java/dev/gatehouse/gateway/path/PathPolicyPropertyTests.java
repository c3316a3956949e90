package dev.gatehouse.gateway.path;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Random;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.path.PathVerdict.Clean;

import static org.assertj.core.api.Assertions.assertThat;

/// What holds for every target that passes, tried on many random ones, made of the pieces that attacks are made of.
class PathPolicyPropertyTests {

    private static final String[] PIECES = {"/", "/", "/", "a", "admin", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", ";", "%3b",
            "%25", "%252e", "2e", "2f",
            "%c0%ae", "%ef%bc%8f", "%c3%a9", "%C3%A9", "%40", "@", "%", "%3f", "?", "#", "%23", "%00", "%0a", " ", "%20", "*",
            "%7e", "~", "é", "%e2%80%a5",
            "%f0%9f%98%80", "%ff", "\t", ":", "+", "%2b", "|", "["};

    private static final Pattern ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");

    private interface Property {
        void holds(String target, Clean clean);
    }

    private static void forCleanTargets(Property property) {
        Random random = new Random(20261122);
        int clean = 0;
        for (int i = 0; i < 200_000; i++) {
            String target = "/" + pieces(random);
            if (PathPolicy.check(target) instanceof Clean verdict) {
                property.holds(target, verdict);
                clean++;
            }
        }
        assertThat(clean).as("targets that passed, or the test shows nothing").isGreaterThan(5_000);
    }

    private static String pieces(Random random) {
        StringBuilder pieces = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            pieces.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return pieces.toString();
    }

    @Test
    void decodingOnceOrTwiceLeavesTheSegmentsAsTheyAre() {
        forCleanTargets((target, clean) -> {
            String once = decoded(clean.rawPath());
            boolean nothingLeft = !ENCODED.matcher(once).find();
            if (!sameSegments(clean.rawPath(), once) || !nothingLeft) {
                assertThat(once).as(target).isEqualTo("a path with the same segments");
            }
        });
    }

    @Test
    void normalizingUnicodeLeavesTheSegmentsAsTheyAre() {
        forCleanTargets((target, clean) -> {
            String normalized = Normalizer.normalize(decoded(clean.rawPath()), Normalizer.Form.NFKC);
            if (!sameSegments(clean.rawPath(), normalized)) {
                assertThat(normalized).as(target).isEqualTo("a path with the same segments");
            }
        });
    }

    @Test
    void aUriParserReadsTheSamePathAndQuery() {
        forCleanTargets((target, clean) -> {
            if (clean.strictQuery()) {
                URI uri = URI.create("http://host" + target);
                String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
                if (!uri.normalize().getRawPath().equals(clean.rawPath()) || !query.equals(clean.query())) {
                    assertThat(uri).as(target).isEqualTo(clean);
                }
            }
        });
    }

    @Test
    void theComparedFormIsCleanAndStaysAsItIs() {
        forCleanTargets((target, clean) -> {
            if (!PathPolicy.check(clean.path()).equals(new Clean(clean.path(), clean.path(), "", true))) {
                assertThat(PathPolicy.check(clean.path())).as(target).isEqualTo(clean);
            }
        });
    }

    private static String decoded(String path) {
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// As many segments, and none of them empty or dots where it was not.
    private static boolean sameSegments(String raw, String read) {
        String[] before = raw.split("/", -1);
        String[] after = read.split("[/\\\\]", -1);
        boolean same = before.length == after.length && read.indexOf(';') < 0 && read.indexOf('?') < 0 && read.indexOf('#') < 0;
        for (int i = 0; same && i < after.length; i++) {
            same = !after[i].equals(".") && !after[i].equals("..") && after[i].isEmpty() == before[i].isEmpty()
                    && after[i].chars().noneMatch(Character::isISOControl);
        }
        return same;
    }
}
