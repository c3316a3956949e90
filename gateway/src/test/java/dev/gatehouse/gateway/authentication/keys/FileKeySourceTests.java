package dev.gatehouse.gateway.authentication.keys;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FileKeySourceTests {

    private static final Duration LONG = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    @Test
    void readsAsMuchAsIsAllowed() throws Exception {
        Path file = Files.writeString(folder.resolve("keys.json"), "x".repeat(KeySource.MAX_BYTES));
        KeySource.Answer answer = new FileKeySource(file, Runnable::run, LONG).fetch().get();
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
    void whoAsksWaitsForNoDisk() throws Exception {
        Path file = Files.writeString(folder.resolve("keys.json"), "before");
        List<Runnable> readings = new ArrayList<>();
        CompletableFuture<KeySource.Answer> answer = new FileKeySource(file, readings::add, LONG).fetch();
        assertThat(answer).isNotDone();

        Files.writeString(file, "now");
        readings.getFirst().run();

        assertThat(answer).isCompletedWithValueMatching(read -> read.json().equals("now"));
    }

    @Test
    void readsOnceAtATime() throws Exception {
        Path file = Files.writeString(folder.resolve("keys.json"), "keys");
        List<Runnable> readings = new ArrayList<>();
        FileKeySource source = new FileKeySource(file, readings::add, LONG);
        var _ = source.fetch();
        assertFails(source.fetch(), "no answer in time");
        assertThat(readings).hasSize(1);

        readings.getFirst().run();
        assertThat(source.fetch()).as("the next one").isNotDone();
        Files.delete(file);
        readings.getLast().run();
        var _ = source.fetch();
        assertThat(readings).as("after one that failed").hasSize(3);
    }

    /// The open that never returns is the system's, and holds no more than the one thread that it was given.
    @Test
    void pipeIntoWhichNobodyWritesIsNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("keys.json");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        FileKeySource source = new FileKeySource(pipe, Thread.ofPlatform().daemon()::start, Duration.ofMillis(50));
        try {
            assertFails(source.fetch(), "no answer in time");
            assertFails(source.fetch(), "no answer in time");

            Files.writeString(pipe, "keys", StandardOpenOption.WRITE); // the reader that waits takes it
            Files.delete(pipe);
            Files.writeString(pipe, "file");
            await(() -> source.fetch().exceptionally(_ -> null).join(), answer -> answer.json().equals("file"));
        } finally {
            FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE).close(); // lets whoever waits go, and waits for nobody
        }
    }

    private static void await(Supplier<KeySource.Answer> asked, Predicate<KeySource.Answer> good) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5)).mapNotNull(_ -> asked.get()).filter(good).blockFirst(LONG);
    }

    @Test
    void takesAddressesWithAndWithoutRoot() {
        assertThat(FileKeySource.path(URI.create("file:keys/a.json"))).isEqualTo(Path.of("keys/a.json"));
        assertThat(FileKeySource.path(URI.create("file:///keys/a.json"))).isEqualTo(Path.of("/keys/a.json"));
    }

    private static void assertFails(Path file, String why) {
        assertFails(new FileKeySource(file, Runnable::run, LONG).fetch(), why);
    }

    private static void assertFails(CompletableFuture<KeySource.Answer> answer, String why) {
        assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                .satisfies(failure -> assertThat(KeySource.Failure.reason(failure.getCause())).isEqualTo(why));
    }
}
