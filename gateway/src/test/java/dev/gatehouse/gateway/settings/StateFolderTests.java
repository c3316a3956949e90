package dev.gatehouse.gateway.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StateFolderTests {

    @TempDir
    private Path parent;

    @Test
    void isOptional() {
        assertThat(GatewaySettings.read(_ -> null).state()).isEmpty();
    }

    @Test
    void isMadeForTheOwnerAlone() throws IOException {
        Path folder = parent.resolve("a/b");
        assertThat(read(folder).state()).contains(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
        assertThat(read(folder).state()).as("again").contains(folder);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
    void othersMayNotWriteToIt(String permissions) throws IOException {
        Path folder = Files.createDirectory(parent.resolve("state"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> read(folder)).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("GATEHOUSE_STATE: " + folder + ": others may write to it (expected: a folder");
    }

    @Test
    void isAFolder() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        assertThatThrownBy(() -> read(file)).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("not a folder that can be written to");
    }

    private static GatewaySettings read(Path folder) {
        return GatewaySettings.read(Map.of("GATEHOUSE_STATE", folder.toString())::get);
    }
}
