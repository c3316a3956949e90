package dev.gatehouse.gateway;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RehearsalIT {

    @Test
    void startsForwardsAndStopsWithNothingAroundIt() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        assertThat(Rehearsal.run(new PrintStream(said, true, StandardCharsets.UTF_8), 20)).isZero();

        assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("rehearsed");
    }
}
