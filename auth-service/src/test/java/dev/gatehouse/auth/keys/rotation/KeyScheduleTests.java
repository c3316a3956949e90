package dev.gatehouse.auth.keys.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.keys.KeyRecord;
import dev.gatehouse.auth.keys.KeyRecord.State;
import dev.gatehouse.auth.settings.KeySettings;
import dev.gatehouse.auth.settings.KeySettings.Algorithm;
import dev.gatehouse.auth.settings.Secret;

import static org.assertj.core.api.Assertions.assertThat;

final class KeyScheduleTests {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final KeySettings SETTINGS = new KeySettings(
            new KeySettings.Encryption(Secret.of(new byte[32]), List.of()), Algorithm.ES256,
            new KeySettings.Schedule(Duration.ofDays(30), Duration.ofHours(24), Duration.ofHours(24)), Optional.empty());

    private final KeySchedule schedule = new KeySchedule(SETTINGS);

    /// Each key as its state and its age in hours; with `rs` of another algorithm than the one that is set.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            the first start                                   |                                   | Begin
            a key that signs and nothing else                 | active 0                          | Publish
            nothing to do for a month                         | active 719, next 719              | Nothing
            a month is over                                   | active 720, next 720              | Rotate SCHEDULED
            a month is over, the next is too young            | active 720, next 23               | Nothing
            a month is over, the next is a day old            | active 743, next 24               | Rotate SCHEDULED
            far too late: still one step                      | active 9999, next 9999            | Rotate SCHEDULED
            far too late and no next: it does not sign at once| active 9999                       | Publish
            another algorithm, the next is too young          | active.rs 100, next 23            | Nothing
            another algorithm                                 | active.rs 100, next 24            | Rotate ALGORITHM
            another algorithm in a fleet that still differs   | active 100, next.rs 24            | Nothing
            tokens of the retired may live                    | active 24, next 24, retired 24    | Nothing
            a day after its last token                        | active 25, next 25, retired 25    | Remove
            rotation goes before removal                      | active 720, next 720, retired 720 | Rotate SCHEDULED
            the clock went back                               | active -5, next 30                | Mend
            the next key lies in the future                   | active 800, next -960             | Mend
            """)
    void doesWhatIsDue(String fact, String keys, String step) {
        assertThat(name(schedule.due(keys(keys == null ? "" : keys), NOW))).as(fact).isEqualTo(step);
    }

    @Test
    void saysWhenTheNextKeyTakesOver() {
        List<KeyRecord> keys = keys("active 100, next 10");

        assertThat(schedule.takeover(keys.get(0), keys.get(1))).isEqualTo(NOW.plus(Duration.ofHours(620)));
        assertThat(schedule.takeover(keys("active.rs 100").getFirst(), keys.get(1))).isEqualTo(NOW.plus(Duration.ofHours(14)));
    }

    private static String name(Step step) {
        return step instanceof Step.Rotate rotate ? "Rotate " + rotate.reason() : step.getClass().getSimpleName();
    }

    private static List<KeyRecord> keys(String text) {
        List<KeyRecord> keys = new ArrayList<>();
        for (String key : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String[] parts = key.strip().split(" ", -1);
            String state = parts[0].replace(".rs", "");
            keys.add(new KeyRecord("kid-" + keys.size(), parts[0].endsWith(".rs") ? "RS256" : "ES256",
                    State.valueOf(state.toUpperCase(java.util.Locale.ROOT)),
                    NOW.minus(Duration.ofHours(Long.parseLong(parts[1]))), "",
                    new byte[0]));
        }
        return keys;
    }
}
