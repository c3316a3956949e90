package dev.gatehouse.auth.password;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class HashRateTests {

    @Test
    void countsWhatEachThreadHasHashed() {
        HashRate.Done done = HashRate.hashes(2, Duration.ofMillis(1));

        assertThat(done.hashes()).isGreaterThanOrEqualTo(2);
        assertThat(done.cpu()).isGreaterThan(Duration.ofMillis(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65", "-1", "two", "1.5", ""})
    void saysHowItIsCalled(String permits) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        assertThat(HashRate.run(List.of(permits), new PrintStream(said, true, StandardCharsets.UTF_8))).isEqualTo(2);

        assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("usage: passwords measure [PERMITS]");
    }
}
