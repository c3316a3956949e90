package dev.gatehouse.auth.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class AdmissionTests {

    @ParameterizedTest
    @CsvSource(textBlock = """
            auth:users:read,                  auth:users:read profile,  60, GRANTED
            auth:users:read,                  auth:users:read,         900, GRANTED
            auth:users:read,                  auth:users:read,         901, STEP_UP
            auth:users:read,                  profile,                  60, DENIED
            profile,                          auth:users:read,          60, DENIED
            profile,                          profile,                9000, DENIED
            auth:users:write,                 auth:users:write,         60, DENIED
            auth:users:read:x,                auth:users:read:x,        60, DENIED
            AUTH:USERS:READ,                  AUTH:USERS:READ,          60, DENIED""")
    void asksTheAccountAndTheTokenAndHowOldTheSignInIs(String live, String token, int seconds, Admission expected) {
        assertThat(Admission.of(AdminScope.USERS_READ, List.of(live.split(" ", -1)), List.of(token.split(" ", -1)),
                Duration.ofSeconds(seconds), Duration.ofMinutes(15))).isEqualTo(expected);
    }

    @Test
    void takesASignInFromTheFutureForOneOfNow() {
        Instant now = Instant.EPOCH;

        assertThat(Admission.age(now.plusSeconds(3), now)).isEqualTo(Duration.ZERO);
        assertThat(Admission.age(now.minusSeconds(3), now)).isEqualTo(Duration.ofSeconds(3));
    }
}
