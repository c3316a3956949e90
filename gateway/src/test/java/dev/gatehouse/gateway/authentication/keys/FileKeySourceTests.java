package dev.gatehouse.gateway.authentication.keys;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FileKeySourceTests {

    @TempDir
    private Path folder;

    @Test
    void readsAsMuchAsIsAllowed() throws Exception {
        Path file = Files.writeString(folder.resolve("keys.json"), "x".repeat(KeySource.MAX_BYTES));
        KeySource.Answer answer = new FileKeySource(file).fetch().get();
        assertThat(answer.json()).hasSize(KeySource.MAX_BYTES);
        assertThat(answer.freshFor()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void readsNoMore() throws IOException {
        Path file = Files.writeString(folder.resolve("keys.json"), "x".repeat(KeySource.MAX_BYTES + 1));
        assertFails(file, "longer than 512 KiB");
    }

    @Test
    void saysWhyThereIsNone() {
        assertFails(folder.resolve("none.json"), "no such file");
        assertFails(folder, "IOException");
    }

    @Test
    void takesAddressesWithAndWithoutRoot() {
        assertThat(FileKeySource.path(URI.create("file:keys/a.json"))).isEqualTo(Path.of("keys/a.json"));
        assertThat(FileKeySource.path(URI.create("file:///keys/a.json"))).isEqualTo(Path.of("/keys/a.json"));
    }

    private static void assertFails(Path file, String why) {
        assertThatThrownBy(() -> new FileKeySource(file).fetch().get()).isInstanceOf(ExecutionException.class)
                .satisfies(failure -> assertThat(KeySource.Failure.reason(failure.getCause())).isEqualTo(why));
    }
}
