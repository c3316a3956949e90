package dev.gatehouse.gateway.authentication.keys;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// A JWK Set in a file, read every second: a change takes effect at once, also one that leaves the file's time as it was, and also where a
/// file is exchanged through a symbolic link.
///
/// Whoever asks waits for no disk: a file may lie on one that is far away, or be a pipe into which nobody writes. As long as one reading has not
/// ended there is no other.
final class FileKeySource implements KeySource {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path file;
    private final Executor threads;
    private final Duration deadline;
    private final AtomicBoolean reading = new AtomicBoolean();

    /// @param threads may block
    FileKeySource(Path file, Executor threads, Duration deadline) {
        this.file = file;
        this.threads = threads;
        this.deadline = deadline;
    }

    /// The path of a `file:` address, also of the relative kind that Java itself takes for opaque.
    static Path path(URI file) {
        return file.isOpaque() ? Path.of(file.getSchemeSpecificPart()) : Path.of(file);
    }

    @Override
    public CompletableFuture<Answer> fetch() {
        if (!reading.compareAndSet(false, true)) {
            return CompletableFuture.failedFuture(new TimeoutException());
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> read(answer));
        } catch (RuntimeException | Error noThread) {
            reading.set(false);
            answer.completeExceptionally(noThread);
        }
        return answer.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void read(CompletableFuture<Answer> answer) {
        try {
            Answer read = new Answer(content(), PAUSE);
            reading.set(false); // first: whoever gets the answer may ask again
            answer.complete(read);
        } catch (RuntimeException | Error failure) {
            reading.set(false);
            answer.completeExceptionally(failure);
        }
    }

    private String content() {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new Failure(TOO_LONG);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            throw new Failure("no such file");
        } catch (IOException failure) {
            throw new Failure(failure.getClass().getSimpleName());
        }
    }

    @Override
    public Duration longestPause() {
        return PAUSE;
    }
}
