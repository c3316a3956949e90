package dev.gatehouse.gateway.proxies;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TrustedFieldsTests {

    /// Each would believe less, or more, than whoever wrote it meant.
    @ParameterizedTest
    @ValueSource(strings = {"port", "for,port", "For", "forwarded,for", "host,forwarded"})
    void refusesWhatMeansNothing(String names) {
        List<String> all = Arrays.asList(names.split(","));

        assertThatIllegalArgumentException().isThrownBy(() -> TrustedFields.of(all));
    }
}
