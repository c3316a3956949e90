package dev.gatehouse.gateway.path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TargetFormTests {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a/b-c_d.e~f", "/a?b=c&d=[1]", "*", "[::1]:443", "/%2F%c3%a4", "/a!$&'()*+,;=:@", "http://a/b"})
    void leavesWhatIsReadableAsItIs(String target) {
        assertThat(TargetForm.readable(target)).isSameAs(target);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '\u00a7', value = {"/a|b /a%7Cb", "/a?q={x}^`y` /a?q=%7Bx%7D%5E%60y%60",
            "/\"<> /%22%3C%3E", "/a\\b /a%5Cb", "/{ /%7B"})
    void encodesWhatStrictParsersRefuse(String target, String readable) {
        assertThat(TargetForm.readable(target)).isEqualTo(readable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\tb", "/a\u0000", "/a\u007f", "/\u00e4", "/a#b", "/a?b#c", "/%", "/%4", "/%4g", "/%g4",
            "/a%zz?b", "/a[b", "/a]b", "/[?x"})
    void readsNothingIntoWhatIsNoTarget(String target) {
        assertThat(TargetForm.readable(target)).isEmpty();
    }
}
