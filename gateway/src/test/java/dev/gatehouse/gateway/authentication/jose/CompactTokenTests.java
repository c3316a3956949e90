package dev.gatehouse.gateway.authentication.jose;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// `e30` is `{}`.
class CompactTokenTests {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            no header               | .e30.AA       | header: not a JSON object
            no claims               | e30..AA       | claims: not a JSON object
            no signature            | e30.e30.      | no signature
            two parts               | e30.e30       | not three parts
            a dot in front          | .e30.e30.AA   | not three parts
            a dot behind            | e30.e30.AA.   | not three parts
            padding                 | e30=.e30.AA   | header: padded base64url
            padding in front        | =e30.e30.AA   | header: padded base64url
            a length that none has  | e30.e30.AAAAA | signature: not base64url
            not UTF-8               | _w.e30.AA     | header: not UTF-8
            """)
    void saysWhatIsWrong(String why, String token, String reason) {
        assertThat(CompactToken.read(token)).as(why).isEqualTo(new CompactToken.Malformed(reason));
    }

    /// RFC 4648 §3.5: where they are not looked at, one signature has several spellings.
    @Test
    void unusedBitsAreZero() {
        for (int i = 0; i < ALPHABET.length(); i++) {
            char last = ALPHABET.charAt(i);
            assertSpelling("e30.e30.A" + last, "AQgw".indexOf(last) >= 0);
            assertSpelling("e30.e30.AA" + last, "AEIMQUYcgkosw048".indexOf(last) >= 0);
            assertSpelling("e30.e30.AAA" + last, true);
        }
    }

    private static void assertSpelling(String token, boolean canonical) {
        if (canonical) {
            assertThat(CompactToken.read(token)).as(token).isInstanceOf(CompactToken.Unverified.class);
        } else {
            assertThat(CompactToken.read(token)).as(token)
                    .isEqualTo(new CompactToken.Malformed("signature: not canonical base64url"));
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'@', '[', '`', '{', '/', ':', '+', ' ', '\u00c1', '\u0141'})
    void noOtherCharacterIsADigit(char character) {
        for (String signature : new String[]{"A" + character, "AA" + character, "AAA" + character}) {
            assertThat(CompactToken.read("e30.e30." + signature)).as(signature).isInstanceOfSatisfying(
                    CompactToken.Malformed.class,
                    malformed -> assertThat(malformed.reason()).endsWith("not base64url"));
        }
    }

    @Test
    void isAtMostAsLongAsAHeaderSection() {
        String longest = "e30.e30." + "A".repeat(CompactToken.MAX_LENGTH - 8);

        assertThat(CompactToken.read(longest)).isInstanceOf(CompactToken.Unverified.class);
        assertThat(CompactToken.read(longest + "A")).isEqualTo(new CompactToken.Malformed("longer than 8192 characters"));
    }

    @Test
    void signatureCoversHeaderAndClaimsAsTheyCame() {
        assertThat(CompactToken.read("e30.eyJpc3MiOiJhIn0.AQI")).isInstanceOfSatisfying(CompactToken.Unverified.class, token -> {
            assertThat(new String(token.signingInput(), StandardCharsets.US_ASCII)).isEqualTo("e30.eyJpc3MiOiJhIn0");
            assertThat(token.signature()).containsExactly(1, 2);
            assertThat(token.issuer()).contains("a");
        });
    }
}
