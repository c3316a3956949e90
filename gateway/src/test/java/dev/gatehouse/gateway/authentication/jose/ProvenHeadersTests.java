package dev.gatehouse.gateway.authentication.jose;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.gatehouse.gateway.authentication.TestTokens.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProvenHeadersTests {

    private final ProvenHeaders headers = new ProvenHeaders();

    @Test
    void aProvenHeaderIsReadOnce() {
        CompactToken.Unverified first = read(header(1));
        headers.remember(first);

        CompactToken.Unverified second = read(header(1));
        CompactToken.Unverified third = read(header(1));
        assertThat(second.header()).isEqualTo(first.header()).isSameAs(third.header());
        assertThat(second.claims()).isNotSameAs(third.claims());
    }

    @Test
    void whatIsReadIsNotRemembered() {
        read(header(1));

        assertThat(headers.size()).isZero();
    }

    @Test
    void oneHeaderTakesOnePlace() {
        CompactToken.Unverified one = read(header(1));
        CompactToken.Unverified atTheSameTime = read(header(1));
        headers.remember(one);
        headers.remember(atTheSameTime);
        headers.remember(read(header(1)));

        assertThat(headers.size()).isOne();
    }

    @Test
    void theNewestAreKept() {
        for (int i = 0; i < 100; i++) {
            headers.remember(read(header(i)));
        }

        assertThat(headers.size()).isEqualTo(8);
        for (int i = 92; i < 100; i++) {
            assertThat(headers.find(header(i), header(i).length())).as("header %d", i).isEqualTo(Map.of("kid", i));
        }
        assertThat(headers.find(header(91), header(91).length())).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"e30e30", "e3", "e3A", "E30", "e30A", ""})
    void noOtherPartIsTakenForIt(String part) {
        headers.remember(read("e30"));

        assertThat(headers.find("e30.e30.AA", 3)).isNotNull();
        assertThat(headers.find(part + ".e30.AA", part.length())).isNull();
    }

    @Test
    void longOnesAreReadEachTime() {
        headers.remember(read(encode("{\"a\":\"" + "x".repeat(760) + "\"}"))); // 1024 characters
        assertThat(headers.size()).isOne();
        headers.remember(read(encode("{\"b\":\"" + "x".repeat(761) + "\"}")));
        assertThat(headers.size()).isOne();
    }

    @Test
    void nobodyChangesThem() {
        headers.remember(read(header(1)));
        Map<String, Object> members = read(header(1)).header();

        assertThatThrownBy(() -> members.put("kid", 2)).isInstanceOf(UnsupportedOperationException.class);
    }

    private static String header(int kid) {
        return encode("{\"kid\":" + kid + "}");
    }

    private CompactToken.Unverified read(String header) {
        return (CompactToken.Unverified) CompactToken.read(header + ".e30.AA", headers);
    }
}
