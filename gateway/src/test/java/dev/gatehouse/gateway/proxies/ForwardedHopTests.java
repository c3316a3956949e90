package dev.gatehouse.gateway.proxies;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ForwardedHopTests {

    @Test
    void readsElementsInTheirOrder() {
        assertThat(ForwardedHop.read(List.of("for=a;by=x;proto=http , FOR=\"b\\\"c\"", "host=d")))
                .containsExactly(new ForwardedHop("a", "http", ""), new ForwardedHop("b\"c", "", ""),
                        new ForwardedHop("", "", "d"));
    }

    /// The part before it is good: nobody knows where it ends.
    @ParameterizedTest
    @ValueSource(strings = {"for=a,", "for=a, ", "for=a;", "for=a, b", "for=a, =b", "for=a;=b", "=a", " =a", "for=a, for=",
            "for=a, for=;host=b",
            "for=a, for=\"b", "for=a, for=\"b\\", "for=a, for=b c", "for=a, for=\"b\"c", ",for=\"b\\", "for=a for=b"})
    void readsNothingWhereAnyPartIsMalformed(String field) {
        assertThat(ForwardedHop.read(List.of(field))).isEmpty();
        assertThat(ForwardedHop.read(List.of("for=a", field))).isEmpty();
        assertThat(ForwardedHop.read(List.of(field, "for=a"))).isEmpty();
    }
}
