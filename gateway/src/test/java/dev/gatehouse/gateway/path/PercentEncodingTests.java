package dev.gatehouse.gateway.path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.path.PathVerdict.Ambiguous;
import dev.gatehouse.gateway.path.PathVerdict.Clean;
import dev.gatehouse.gateway.path.PathVerdict.Malformed;

import static org.assertj.core.api.Assertions.assertThat;

class PercentEncodingTests {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            the last control character          | /a%1F           | encoded control character
            the last C1 control character       | /a%C2%9F        | encoded control character
            a line separator                    | /a%E2%80%A8     | encoded control character
            a paragraph separator               | /a%E2%80%A9     | encoded control character
            a percent sign before the least digit   | /a%250      | encoded twice
            a percent sign before the greatest  | /a%25f          | encoded twice
            the first letter                    | /%41            | encoded though it need not be
            a tilde                             | /%7E            | encoded though it need not be
            a slash                             | /a%2F           | encoded delimiter
            the first look-alike                | /a%E2%80%A4     | look-alike of a delimiter
            the first that is not seen          | /a%C2%AD        | encoded character that is not seen
            a lone continuation octet           | /a%80           | octets that are not UTF-8
            the last continuation octet         | /a%BF           | octets that are not UTF-8
            an overlong NUL                     | /a%C0%80        | octets that are not UTF-8
            the greatest that is overlong in two | /a%C1%BF       | octets that are not UTF-8
            the greatest that is overlong in three | /a%E0%9F%BF  | octets that are not UTF-8
            the greatest that is overlong in four | /a%F0%8F%BF%BF | octets that are not UTF-8
            the first surrogate                 | /a%ED%A0%80     | octets that are not UTF-8
            the last surrogate                  | /a%ED%BF%BF     | octets that are not UTF-8
            the first beyond Unicode            | /a%F4%90%80%80  | octets that are not UTF-8
            a lead that UTF-8 does not have     | /a%F5%80%80%80  | octets that are not UTF-8
            a sequence cut short                | /a%E2%82        | octets that are not UTF-8
            a lead before a lead                | /a%C3%C3        | octets that are not UTF-8
            """)
    void saysWhyItIsAmbiguous(String why, String target, String reason) {
        assertThat(PathPolicy.check(target)).as(why).isEqualTo(new Ambiguous(reason));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            a space                             | /a%20
            a percent sign at the end           | /a%25
            a percent sign before no digit      | /a%25/b
            a space that does not break         | /a%C2%A0
            the greatest of two octets          | /%DF%BF
            the least of three                  | /%E0%A0%80
            a euro sign                         | /%E2%82%AC
            the last before the surrogates      | /%ED%9F%BF
            the first behind them               | /%EE%80%80
            the last of three                   | /%EF%BF%BD
            the least of four                   | /%F0%90%80%80
            the last of all                     | /%F4%8F%BF%BF
            """)
    void takesWhatHasOneReading(String why, String target) {
        assertThat(PathPolicy.check(target)).as(why).isEqualTo(new Clean(target, target, "", true));
    }

    @ParameterizedTest
    @CsvSource({"/%21, /!", "/%24, /$", "/%40, /@", "/%3d, /=", "/%3a, /:", "/%7cx, /%7Cx", "/%c3%a9, /%C3%A9"})
    void hasOneFormForWhatMayStandPlainly(String target, String form) {
        assertThat(PathPolicy.check(target)).isEqualTo(new Clean(form, target, "", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\u0080", "/a\u007f", "/a?\u0080", "/a?b\u007f", "/a%", "/a%4", "/a%g0", "/a%0g", "/a%:0", "/a?%",
            "/a?%4", "/a?%0g"})
    void refusesWhatNoTargetHolds(String target) {
        assertThat(PathPolicy.check(target)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''      | api     | empty target
            *       | api     | target is neither a path nor an http(s) address
            /a      | api/b   | Host is no name or address with perhaps a port
            http:// | api     | target names another authority than Host
            """)
    void saysWhyItIsNoTarget(String target, String host, String reason) {
        assertThat(PathPolicy.check(target, host)).isEqualTo(new Malformed(reason));
    }

    @ParameterizedTest
    @CsvSource({"8192, true", "8193, false"})
    void aTargetIsAtMostSoLong(int length, boolean fits) {
        assertThat(PathPolicy.check("/" + "a".repeat(length - 1)) instanceof Clean).isEqualTo(fits);
    }
}
