package dev.gatehouse.gateway.authentication.jose;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TokenDigestTests {

    private static final String LONGEST = "x".repeat(CompactToken.MAX_LENGTH);

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "\u007f", "\u0080", "é.é.é", "\u0161", "ok\ud83d\ude00"})
    void isTheShaOfItsOctets(String token) throws Exception {
        assertDigest(token);
        assertDigest(LONGEST + token);
        assertDigest(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0161", "\u0561", "\uff61"})
    void tokenOfTheSameLowOctetsIsAnother(String a) {
        assertThat(TokenDigest.of("token " + a)).isNotEqualTo(TokenDigest.of("token a"));
    }

    private static void assertDigest(String token) throws Exception {
        ByteBuffer sha = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        TokenDigest expected = new TokenDigest(sha.getLong(), sha.getLong(), sha.getLong(), sha.getLong());
        assertThat(TokenDigest.of(token)).isEqualTo(expected);
        assertThat(TokenDigest.of("Bearer " + token, 7)).isEqualTo(expected);
    }
}
