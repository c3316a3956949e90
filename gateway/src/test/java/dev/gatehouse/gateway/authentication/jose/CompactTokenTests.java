package dev.gatehouse.gateway.authentication.jose;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.TestTokens;

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
        assertThat(CompactToken.read(token, new ProvenHeaders())).as(why).isEqualTo(new CompactToken.Malformed(reason));
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
            assertThat(CompactToken.read(token, new ProvenHeaders())).as(token).isInstanceOf(CompactToken.Unverified.class);
        } else {
            assertThat(CompactToken.read(token, new ProvenHeaders())).as(token)
                    .isEqualTo(new CompactToken.Malformed("signature: not canonical base64url"));
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'@', '[', '`', '{', '/', ':', '+', ' ', '\u00c1', '\u0141'})
    void noOtherCharacterIsADigit(char character) {
        for (String signature : new String[]{"A" + character, "AA" + character, "AAA" + character}) {
            assertThat(CompactToken.read("e30.e30." + signature, new ProvenHeaders())).as(signature).isInstanceOfSatisfying(
                    CompactToken.Malformed.class,
                    malformed -> assertThat(malformed.reason()).endsWith("not base64url"));
        }
    }

    /// Their last eight bits are those of a digit.
    @ParameterizedTest
    @ValueSource(strings = {"\u0165\u0133\u0130.e30.AAAA", "e\u0133\u0130.e30.AAAA", "e30.e\u01330.AAAA", "e30.\u016530.AAAA",
            "e30.e30.A\u0141AA",
            "e30.e30.\u0141AAA", "e30.e30.AAA\u0141"})
    void charactersAreNotCutToDigits(String token) {
        assertThat(CompactToken.read(token, new ProvenHeaders())).isInstanceOfSatisfying(CompactToken.Malformed.class,
                malformed -> assertThat(malformed.reason()).endsWith("not base64url"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D\uDD11AA.e30.AAAA", "e30.\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11AA.", "e30.e30.AA\uD83D\uDD11"})
    void pairsOfSurrogatesAreNoDigits(String token) {
        assertThat(CompactToken.read(token, new ProvenHeaders())).isEqualTo(new CompactToken.Malformed("not base64url"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 64, 256})
    void partsAreDecodedAlone(int length) {
        byte[] signature = new byte[length];
        for (int i = 0; i < length; i++) {
            signature[i] = (byte) (i - 7);
        }
        String claims = "{\"sub\":\"" + "é".repeat(length) + "\"}";

        assertThat(CompactToken.read("eyJhIjoxfQ." + TestTokens.encode(claims) + '.' + TestTokens.encode(signature),
                new ProvenHeaders()))
                .isInstanceOfSatisfying(CompactToken.Unverified.class, token -> {
                    assertThat(token.header()).isEqualTo(Map.of("a", 1));
                    assertThat(token.claims()).isEqualTo(Map.of("sub", "é".repeat(length)));
                    assertThat(token.signature()).isEqualTo(signature);
                });
    }

    @Test
    void isAtMostAsLongAsAHeaderSection() {
        String longest = "e30.e30." + "A".repeat(CompactToken.MAX_LENGTH - 8);

        assertThat(CompactToken.read(longest, new ProvenHeaders())).isInstanceOf(CompactToken.Unverified.class);
        assertThat(CompactToken.read(longest + "A", new ProvenHeaders()))
                .isEqualTo(new CompactToken.Malformed("longer than 8192 characters"));
    }

    @Test
    void signatureCoversHeaderAndClaimsAsTheyCame() {
        assertThat(CompactToken.read("e30.eyJpc3MiOiJhIn0.AQI", new ProvenHeaders()))
                .isInstanceOfSatisfying(CompactToken.Unverified.class, token -> {
                    assertThat(new String(token.signingInput(), StandardCharsets.US_ASCII)).isEqualTo("e30.eyJpc3MiOiJhIn0");
                    assertThat(token.signature()).containsExactly(1, 2);
                    assertThat(token.issuer()).contains("a");
                });
    }
}
