package dev.gatehouse.auth.events;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class EventTests {

    @ParameterizedTest
    @ValueSource(strings = {"alice@example.com", "two words", "Upper", "", "line\nbreak", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"})
    void refusesWhatCouldBeSomebodysText(String text) {
        Event event = Event.about(EventType.USER_LOGIN_FAILED, UUID.randomUUID());

        assertThatThrownBy(() -> event.with("reason", text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("alice");
    }

    @Test
    void takesWordsAndIdentifiers() {
        Event event = Event.of(EventType.KEY_ROTATED).because(EventType.KEY_ROTATED).with("kid", UUID.randomUUID().toString());

        assertThat(event.data()).containsEntry("reason", "key_rotated").containsKey("kid");
    }

    @Test
    void areAllInTheCatalogue() throws IOException {
        Set<String> told = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("../docs/auth-service.md"))) {
            if (line.matches("\\| `(user|session|token|key|client|admin|diagnostics)\\..*")) {
                Pattern.compile("`([a-z_.]+)`").matcher(line.split("\\|", -1)[1]).results()
                        .forEach(name -> told.add(name.group(1)));
            }
        }

        assertThat(told)
                .isEqualTo(Arrays.stream(EventType.values()).map(EventType::key).collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @EnumSource
    void namesItsTypesAsRoutingKeys(EventType type) {
        assertThat(type.key()).matches("(user|session|token|key|client|admin|diagnostics)\\.[a-z_]+");
    }
}
