package dev.gatehouse.auth.admin.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.audit.AuditEntry;

import static org.assertj.core.api.Assertions.assertThat;

final class EntryViewTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{\"role\":\"admin\"} | {\"role\":\"admin\"}", "{ | \"{\"",
            "{}} | \"{}}\"", "{\"a\":\"b\",\"a\":\"c\"} | \"{\\\"a\\\":\\\"b\\\",\\\"a\\\":\\\"c\\\"}\""})
    void isJsonWhateverTheDetailsHaveBecome(String stored, String shown) {
        AuditEntry entry = new AuditEntry(1, UUID.randomUUID(), "user.exported", "success", Optional.empty(), Optional.empty(),
                Optional.empty(), stored, new AuditEntry.Source(Optional.empty(), Optional.empty(), Optional.empty()),
                Instant.EPOCH);

        String json = JSON.writeValueAsString(EntryView.of(entry));

        assertThat(JSON.readTree(json).path("data").toString()).isEqualTo(shown);
    }
}
