package dev.gatehouse.gateway.path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AuthorityTests {

    @ParameterizedTest
    @ValueSource(strings = {"a", "api.example.com", "api.example.com.", "API.example.COM", "x-1_2.example", "a:1", "a:80",
            "a:65535", "a:00080", "127.0.0.1:8080", "0", "9z",
            "[::]", "[::1]", "[::1]:443", "[1::]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]",
            "[2001:db8::abcd:EF01]",
            "[2001:0db8::1]:8443"})
    void isSoundWhenEverybodyReadsTheSameHostAndPort(String authority) {
        assertThat(Authority.isSound(authority)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":80", "a:", "a:0", "a:65536", "a:99999", "a:123456", "a:8o", "a:+8", "a:-1", "a:8:8", "a:/",
            "a:1 ", " a", "a b", "a,b",
            "user@a", "http://a", "a/b", "a%41", ".a", "a..b", ".", "ä", "a\u0661", "a*", "[", "]", "[]", "[:]", "[:::]", "[::1",
            "::1", "[::1]x", "[::1]:", "[::1]:0",
            "[::1]:x", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]", "[::1:2:3:4:5:6:7:8]", "[1::2::3]",
            "[12345::]",
            "[::12345]", "[g::]", "[:1::]", "[1:]", "[::1:]", "[::1.2.3.4]", "[fe80::1%eth0]", "[v1.x]", "[\u0661::]",
            "[1:2:3:4:5:6:7:]"})
    void isNotSoundWhenSomebodyReadsAnother(String authority) {
        assertThat(Authority.isSound(authority)).isFalse();
    }

    @Test
    void namesAreAsLongAsTheDomainNameSystemTakes() {
        String longest = "a".repeat(253);

        assertThat(Authority.isSound(longest)).isTrue();
        assertThat(Authority.isSound(longest + "a")).isFalse();
    }
}
