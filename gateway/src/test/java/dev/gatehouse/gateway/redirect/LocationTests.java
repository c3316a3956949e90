package dev.gatehouse.gateway.redirect;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Where plain requests are sent.
class LocationTests {

    private static Location of(String target, String... hosts) {
        return Location.of(target, List.of(hosts), 443);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"/ | example.com | https://example.com/",
            "/a/b?c=d&e=%20 | example.com | https://example.com/a/b?c=d&e=%20",
            "/a? | example.com | https://example.com/a?", "/a | example.com:8080 | https://example.com/a",
            "/a | [::1]:8080 | https://[::1]/a",
            "http://example.com/a | example.com | https://example.com/a"})
    void sendsToTheSameAddressOnHttps(String target, String host, String to) {
        assertThat(of(target, host)).isEqualTo(new Location.Known(to));
    }

    @Test
    void namesAPortThatIsNotTheUsualOne() {
        assertThat(Location.of("/a", List.of("example.com:80"), 8443))
                .isEqualTo(new Location.Known("https://example.com:8443/a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example/", "/\\evil.example", "/a/../b", "/%2e%2e/b", "http://evil.example/", "*",
            "evil.example:443",
            "/a#b", ""})
    void sendsNobodyWhereTheTargetIsUnclear(String target) {
        assertThat(of(target, "example.com")).isInstanceOf(Location.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.com@evil.example", "example.com/..", "example.com:", "a b", "evil.example%2f"})
    void sendsNobodyWhereTheHostIsUnclear(String host) {
        assertThat(of("/", host)).isInstanceOf(Location.Refused.class);
    }

    @Test
    void sendsNobodyWithoutOneHost() {
        assertThat(of("/")).isInstanceOf(Location.Refused.class);
        assertThat(of("/", "a.example", "b.example")).isInstanceOf(Location.Refused.class);
    }
}
