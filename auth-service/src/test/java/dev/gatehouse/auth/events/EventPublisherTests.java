package dev.gatehouse.auth.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class EventPublisherTests {

    private static final UUID ALICE = UUID.randomUUID();
    private static final UUID BOB = UUID.randomUUID();

    @Test
    void noWaveHasTwoEventsOfOneSubjectAndLaterOnesComeLater() {
        List<OutboxRow> batch = List.of(row(1, ALICE), row(2, null), row(3, ALICE), row(4, BOB), row(5, null), row(6, ALICE));

        assertThat(EventPublisher.waves(batch)).extracting(wave -> wave.stream().map(OutboxRow::position).toList())
                .containsExactly(List.of(1L, 2L, 4L, 5L), List.of(3L), List.of(6L));
    }

    @Test
    void nothingNeedsNoWave() {
        assertThat(EventPublisher.waves(List.of())).isEmpty();
    }

    private static OutboxRow row(long position, UUID subject) {
        return new OutboxRow(position, UUID.randomUUID(), "user.exported", "success", Optional.ofNullable(subject), position,
                Optional.empty(),
                Optional.empty(), "{}", Instant.EPOCH, Optional.empty(),
                new OutboxRow.Source(Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
