package dev.gatehouse.auth.session;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DeviceTests {

    @Test
    void cutsLongNamesAndDropsControlCharacters() {
        assertThat(new Device("Phone\u0000\n\u001b[31\u009bm\u0080\u007f/1.0", "::1").userAgent()).isEqualTo("Phone[31m/1.0");
        assertThat(new Device("x".repeat(1000), "::1").userAgent()).hasSize(256);
    }
}
