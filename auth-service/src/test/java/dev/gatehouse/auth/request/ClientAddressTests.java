package dev.gatehouse.auth.request;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

import dev.gatehouse.auth.settings.AddressRange;

import static org.assertj.core.api.Assertions.assertThat;

final class ClientAddressTests {

    private final ClientAddress clientAddress = new ClientAddress(
            List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1")));

    @ParameterizedTest
    @CsvSource({"203.0.113.9, 203.0.113.9", "'6.6.6.6, 203.0.113.9', 203.0.113.9",
            "'6.6.6.6, 203.0.113.9, 10.1.1.1', 203.0.113.9", "'203.0.113.9:4711', 203.0.113.9",
            "'[2001:db8::1]:80', 2001:db8:0:0:0:0:0:1", "2001:db8::1, 2001:db8:0:0:0:0:0:1", "nonsense, 10.0.0.7",
            "'203.0.113.9, nonsense', 10.0.0.7", "'10.1.1.1', 10.1.1.1", "'', 10.0.0.7"})
    void readsForwardedAddressesFromTheRight(String forwardedFor, String expected) {
        MockHttpServletRequest request = from("10.0.0.7");
        request.addHeader("X-Forwarded-For", forwardedFor);

        assertThat(clientAddress.of(request)).isEqualTo(expected);
    }

    @Test
    void joinsSeveralHeaders() {
        MockHttpServletRequest request = from("10.0.0.7");
        request.addHeader("X-Forwarded-For", "6.6.6.6");
        request.addHeader("X-Forwarded-For", "203.0.113.9");

        assertThat(clientAddress.of(request)).isEqualTo("203.0.113.9");
    }

    @Test
    void readsForwardedWhereTheOtherIsAbsent() {
        MockHttpServletRequest request = from("::1");
        request.addHeader("Forwarded", "for=6.6.6.6, by=x;FOR=\"[2001:db8::2]:99\";proto=https");

        assertThat(clientAddress.of(request)).isEqualTo("2001:db8:0:0:0:0:0:2");
    }

    @Test
    void believesOnlyGateways() {
        MockHttpServletRequest request = from("198.51.100.1");
        request.addHeader("X-Forwarded-For", "203.0.113.9");

        assertThat(clientAddress.of(request)).isEqualTo("198.51.100.1");
        assertThat(clientAddress.isFromGateway(request)).isFalse();
    }

    private static MockHttpServletRequest from(String peer) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(peer);
        return request;
    }
}
