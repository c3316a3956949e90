package dev.gatehouse.gateway.path;

import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PathReadingsTests {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"/a%2fb | /a%2Fb /a/b", "/a;v=1/b | /a;v=1/b /a/b /a",
            "/a;b%2Fc | /a;b%2Fc /a;b/c /a /a/c",
            "/a%2F?x=;%2f | /a%2F /a/", "/a%40;b | /a@;b /a@"})
    void knowsEveryReading(String target, String paths) {
        assertThat(PathReadings.of(target)).hasValueSatisfying(
                readings -> assertThat(readings.paths()).containsExactlyInAnyOrder(paths.split(" ", -1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a?b=%2f;c", "/a%2f..", "/..%2fa", "/.%2fa", "/a%2f%2fb", "/a%2f/b", "/%2fa", "/a;/../b",
            "/..;a/b", "/.;a", "/;a/b",
            "/a/;b/c", "/a;%2e%2e", "/a;%5c", "/a%2f%00", "/a%252fb%2fc", "/a%3bb;c", "/a;b%2f..", "/a;x=%2f/b", "a;b", "*;",
            "%2f",
            "/a;\\", "/a;b#c"})
    void refusesWhatHasOneReadingOrABadOne(String target) {
        assertThat(PathReadings.of(target)).isEmpty();
    }

    @Test
    void hasNoReadingThatThePolicyRefusesForAnotherReason() {
        String[] pieces = {"/", "/", "a", "b", ".", "..", "%2f", "%2F", ";", ";v=1", "%2e", "%5c", "%25", "%00", "%3b", "~",
                "%c0%ae", "//"};
        Random random = new Random(20_261_122);
        int passed = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder target = new StringBuilder("/");
            for (int i = random.nextInt(8); i >= 0; i--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            PathReadings readings = PathReadings.of(target.toString()).orElse(null);
            if (readings != null) {
                passed++;
                assertThat(readings.target().rawPath()).isEqualTo(target.toString());
                assertThat(readings.needed()).isNotEqualTo(Set.of());
                for (String path : readings.paths()) {
                    assertThat(PathPolicy.check(path.replace("%2F", "~").replace(';', '~'))).as("%s as %s", target, path)
                            .isInstanceOf(PathVerdict.Clean.class);
                }
                assertThat(readings.paths()).anyMatch(path -> path.indexOf(';') < 0 && !path.contains("%2F"));
            }
        }
        assertThat(passed).isGreaterThan(1_000);
    }
}
