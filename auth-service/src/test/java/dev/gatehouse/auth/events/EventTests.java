package dev.gatehouse.auth.events;

import java.util.UUID;

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

    @ParameterizedTest
    @EnumSource
    void namesItsTypesAsRoutingKeys(EventType type) {
        assertThat(type.key()).matches("(user|session|token|key|client|admin|diagnostics)\\.[a-z_]+");
    }
}
