package dev.gatehouse.gateway.settings;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TrustedFieldsTests {

    private static List<String> read(String fields) {
        return GatewaySettings.read(Map.of("GATEHOUSE_TRUSTED_FIELDS", fields)::get).trustedFields();
    }

    @Test
    void areTheUsualOnesWhereNothingIsSaid() {
        assertThat(GatewaySettings.read(_ -> null).trustedFields()).containsExactly("for", "proto");
        assertThat(read("")).containsExactly("for", "proto");
    }

    @ParameterizedTest
    @ValueSource(strings = {"for", "proto", "host", "for,host", "for, proto, host", "forwarded"})
    void areThoseThatAreNamed(String fields) {
        assertThat(read(fields)).containsExactly(fields.split(", ?"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"for,port | port", "X-Forwarded-For | X-Forwarded-For", "FOR | FOR", "for,a,b | a,b",
            "for,forwarded | for,forwarded"})
    void areRefusedWhereNobodyKnowsThem(String fields, String wrong) {
        assertThatThrownBy(() -> read(fields)).isInstanceOf(InvalidSettingsException.class).hasMessageContaining(
                "GATEHOUSE_TRUSTED_FIELDS: " + wrong
                        + " (expected: any of for, proto and host, such as for,proto; or forwarded alone)");
    }
}
