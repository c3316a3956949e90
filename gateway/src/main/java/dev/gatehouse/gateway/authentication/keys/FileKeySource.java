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

/// A JWK Set in a file, read every second: a change takes effect at once, also one that leaves the file's time as it was, and also where a
/// file is exchanged through a symbolic link.
final class FileKeySource implements KeySource {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path file;

    FileKeySource(Path file) {
        this.file = file;
    }

    /// The path of a `file:` address, also of the relative kind that Java itself takes for opaque.
    static Path path(URI file) {
        return file.isOpaque() ? Path.of(file.getSchemeSpecificPart()) : Path.of(file);
    }

    @Override
    public CompletableFuture<Answer> fetch() {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? CompletableFuture.failedFuture(new Failure(TOO_LONG))
                    : CompletableFuture.completedFuture(new Answer(new String(bytes, StandardCharsets.UTF_8), PAUSE));
        } catch (NoSuchFileException _) {
            return CompletableFuture.failedFuture(new Failure("no such file"));
        } catch (IOException failure) {
            return CompletableFuture.failedFuture(new Failure(failure.getClass().getSimpleName()));
        }
    }

    @Override
    public Duration longestPause() {
        return PAUSE;
    }
}
