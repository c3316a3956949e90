package dev.gatehouse.gateway.path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.gateway.path.PathVerdict.Ambiguous;
import dev.gatehouse.gateway.path.PathVerdict.Clean;
import dev.gatehouse.gateway.path.PathVerdict.Malformed;

import static org.assertj.core.api.Assertions.assertThat;

class PathPolicyTests {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a literal dot segment climbs                                | /public/../admin
            a dot segment at the end climbs                             | /public/..
            a dot segment before the query climbs                       | /public/..?x=1
            a single dot vanishes                                       | /public/./admin
            a single dot at the end vanishes                            | /public/.
            encoded dots climb                                          | /public/%2e%2e/admin
            one encoded dot is enough                                   | /public/.%2e/admin
            upper case hides nothing                                    | /public/%2E%2E/admin
            an encoded slash behind dots                                | /public/..%2fadmin
            an encoded slash alone                                      | /public/x%2Fadmin
            dots encoded twice                                          | /public/%252e%252e/admin
            a slash encoded twice                                       | /public/%252fadmin
            encoded twice in two steps                                  | /public/%25%32%65
            a percent sign encoded before digits                        | /public/%255
            a matrix parameter on a dot segment                         | /public/..;a=b/admin
            a matrix parameter                                          | /admin;x=y
            an encoded semicolon                                        | /admin%3bx
            an encoded semicolon in upper case                          | /admin%3Bx
            a segment of nothing but a semicolon                        | /;/admin
            dots under a stripped prefix                                | /api/%2e%2e/admin
            an empty segment                                            | /api//admin
            an empty segment in front                                   | //admin
            an empty segment at the end                                 | /admin//
            half a dot segment before an encoded slash                  | /api/.%2fadmin
            a backslash                                                 | /public\\..\\admin
            an encoded backslash                                        | /admin%5c
            an encoded backslash in upper case                          | /admin%5C
            an encoded NUL cuts C strings                               | /admin%00
            an encoded tab                                              | /admin%09
            an encoded line feed splits headers                         | /admin%0a
            an encoded carriage return                                  | /admin%0D
            an encoded DEL                                              | /admin%7f
            an encoded C1 control character                             | /admin%c2%85
            an encoded line separator                                   | /admin%e2%80%a8
            an overlong dot                                             | /%c0%ae%c0%ae/
            an overlong slash of three octets                           | /public%e0%80%afadmin
            an overlong slash of four octets                            | /public%f0%80%80%afadmin
            a lone continuation octet                                   | /%80
            a sequence that ends too early                              | /%e2%82
            a sequence that goes on in plain text                       | /%e2%82A
            an encoded surrogate                                        | /%ed%a0%80
            a code point beyond Unicode                                 | /%f4%90%80%80
            an octet that UTF-8 never has                               | /%ff
            a fullwidth full stop                                       | /%ef%bc%8e%ef%bc%8e/admin
            a fullwidth slash                                           | /public%ef%bc%8fadmin
            a fullwidth backslash                                       | /public%EF%BC%BCadmin
            a division slash                                            | /public%e2%88%95admin
            a two dot leader                                            | /%e2%80%a5/admin
            a fullwidth percent sign                                    | /%ef%bc%852e
            a fullwidth semicolon                                       | /admin%ef%bc%9bx
            a Greek question mark, which normalization makes a semicolon | /admin%cd%bex
            a fullwidth question mark                                   | /admin%ef%bc%9fx
            a fullwidth hash                                            | /admin%ef%bc%83x
            a space of no width between dots                            | /public/.%e2%80%8b./admin
            a byte order mark                                           | /adm%ef%bb%bfin
            a soft hyphen                                               | /adm%c2%adin
            a turn of the writing direction                             | /public/%e2%80%aenimda
            an encoded question mark cuts after a decoder               | /admin%3fx
            an encoded hash cuts after a decoder                        | /admin%23x
            an encoded letter has a plain twin                          | /%61dmin
            an encoded digit has a plain twin                           | /v%31
            an encoded tilde has a plain twin                           | /%7ealice
            """)
    void refusesWhatTwoParsersCouldReadDifferently(String why, String target) {
        assertThat(PathPolicy.check(target)).as(why).isInstanceOf(Ambiguous.class);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            the server form                                             | *
            the authority form                                          | example.com:443
            no slash in front                                           | admin
            a fragment                                                  | /admin#/public
            a fragment in the query                                     | /admin?x#/public
            a space                                                     | /a b
            a raw control character                                     | `/a\tb`
            raw DEL                                                     | `/a\u007Fb`
            a raw letter beyond ASCII                                   | /café
            a raw full width slash                                      | /a\uFF0Fb
            a percent sign alone                                        | /100%
            a triplet of one digit                                      | /a%2
            a triplet without hexadecimal digits                        | /a%zz
            a triplet with a digit of another script                    | /a%2\u0665
            a percent sign and a slash                                  | /a%/b
            characters that a path cannot hold                          | /a<b>
            braces                                                      | /{id}
            square brackets                                             | /a[0]
            a caret                                                     | /a^b
            a space in the query                                        | /a?b c
            a raw control character in the query                        | `/a?b\tc`
            a raw letter beyond ASCII in the query                      | /a?é
            an incomplete triplet in the query                          | /a?b=100%
            an address though no host is known                          | http://evil/admin
            """)
    void refusesWhatIsNoTarget(String why, String target) {
        assertThat(PathPolicy.check(target)).as(why).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            the root                                                    | /
            an ordinary path                                            | /api/orders/7
            a trailing slash                                            | /api/orders/
            every plain character                                       | /aZ09-._~!$&'()*+,=:@/x
            dots that are part of a name                                | /.well-known/a..b/...
            a name that begins with two dots                            | /..a/.b/c.
            an encoded space                                            | /a%20b
            a percent sign that stays one                               | /100%25
            a percent sign before a letter that is no digit             | /100%25z
            upper-case UTF-8                                            | /caf%C3%A9
            a code point of four octets                                 | /%F0%9F%98%80
            another case is another path                                | /ADMIN
            """)
    void leavesOrdinaryPathsAsTheyAre(String why, String target) {
        assertThat(PathPolicy.check(target)).as(why).isEqualTo(new Clean(target, target, "", true));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            hexadecimal digits of either case                           | /caf%c3%a9   | /caf%C3%A9
            an at sign that need not be encoded                         | /a%40b       | /a@b
            a colon that need not be encoded                            | /v1%3Aadmin  | /v1:admin
            a plus sign that need not be encoded                        | /a%2bb       | /a+b
            an encoded bar stays encoded                                | /a%7cb       | /a%7Cb
            """)
    void comparesOneFormOfTwoSpellings(String why, String target, String path) {
        assertThat(PathPolicy.check(target)).as(why).isEqualTo(new Clean(path, target, "", true));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            an empty query                            | /a?                | ``               | true
            a path within the query means nothing     | /admin?x=/public/..| x=/public/..     | true
            everything that RFC 3986 allows           | /a?b=c;d/?:@!$'()*,~%2f%00 | b=c;d/?:@!$'()*,~%2f%00 | true
            what browsers leave as it is              | `/a?q=|[]{}"<>^\\` | `q=|[]{}"<>^\\`  | false
            a second question mark                    | /a?b?c             | b?c              | true
            """)
    void keepsTheQuery(String why, String target, String query, boolean strict) {
        String path = target.substring(0, target.indexOf('?'));
        assertThat(PathPolicy.check(target)).as(why).isEqualTo(new Clean(path, path, "?" + query, strict));
    }

    @Test
    void keepsABacktickInTheQuery() {
        assertThat(PathPolicy.check("/a?`")).isEqualTo(new Clean("/a", "/a", "?`", false));
    }

    @ParameterizedTest(name = "{0} for Host {1} is {2}")
    @CsvSource({"http://example.com/a?b,example.com,/a", "HTTPS://Example.com/a,example.COM,/a",
            "http://example.com:8080/a,example.com:8080,/a",
            "http://example.com,example.com,/"})
    void takesTheAbsoluteFormOfItsOwnHost(String target, String host, String path) {
        assertThat(PathPolicy.check(target, host)).isInstanceOfSatisfying(Clean.class,
                clean -> assertThat(clean.rawPath()).isEqualTo(path));
    }

    @ParameterizedTest(name = "{0} for Host {1}")
    @CsvSource({"http://evil/admin,example.com", "http://example.com:81/a,example.com", "http://u@example.com/a,example.com",
            "ftp://example.com/a,example.com",
            "http:///a,''", "http://example.com?x,example.com", "https:/example.com/a,example.com",
            "://example.com/a,example.com"})
    void refusesOtherAbsoluteForms(String target, String host) {
        assertThat(PathPolicy.check(target, host)).isInstanceOf(Malformed.class);
    }

    @Test
    void judgesThePathOfAnAbsoluteForm() {
        assertThat(PathPolicy.check("http://example.com/public/../admin", "example.com")).isInstanceOf(Ambiguous.class);
    }

    @Test
    void refusesWhatIsEmptyOrTooLong() {
        assertThat(PathPolicy.check("")).isInstanceOf(Malformed.class);
        assertThat(PathPolicy.check("/" + "a".repeat(PathPolicy.MAX_LENGTH - 1))).isInstanceOf(Clean.class);
        assertThat(PathPolicy.check("/" + "a".repeat(PathPolicy.MAX_LENGTH))).isInstanceOf(Malformed.class);
    }

    @Test
    void copiesNothingForOrdinaryPaths() {
        String target = "/api/orders/7";
        assertThat(PathPolicy.check(target)).isInstanceOfSatisfying(Clean.class,
                clean -> assertThat(clean.path()).isSameAs(target));
    }
}
