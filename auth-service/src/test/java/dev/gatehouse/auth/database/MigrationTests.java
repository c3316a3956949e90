package dev.gatehouse.auth.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// What older instances that are at work can bear while a new one brings the schema up to date.
final class MigrationTests {

    // These are from before the rule; nobody reads and writes what they change in one transaction.
    private static final List<String> OLDER = List.of("V53__untried_mails_first.sql");

    /// Making an index waits for writers, and removing one for readers as well: in one transaction the two wait for an instance that waits for them.
    @Test
    void noneMakesAndRemovesAnIndex() throws IOException {
        try (Stream<Path> migrations = Files.list(Path.of("src/main/resources/db/migration"))) {
            assertThat(migrations.filter(file -> Integer.parseInt(number(file)) > 52)
                    .filter(file -> !OLDER.contains(file.getFileName().toString()))).isNotEmpty()
                    .noneMatch(MigrationTests::doesBoth);
        }
    }

    private static String number(Path file) {
        return file.getFileName().toString().replaceFirst("^V([0-9]+)__.*", "$1");
    }

    private static boolean doesBoth(Path file) {
        try {
            String sql = Files.readString(file).toUpperCase(Locale.ROOT);
            return sql.contains("CREATE INDEX") && sql.contains("DROP INDEX");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
