package dev.gatehouse.gateway.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// What the file system says of a file without opening it. Immutable.
///
/// @param key the file itself, whatever its name; null if the system has no such thing
/// @param size in bytes
/// @param modified when it was last written
record FileStamp(@Nullable Object key, long size, Instant modified) {

    static final FileStamp MISSING = new FileStamp(null, -1, Instant.EPOCH);

    // 2 s and more: file systems with a coarse clock may show two changes as one.
    private static final Duration STILL_YOUNG = Duration.ofSeconds(3);

    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime().toInstant());
        } catch (IOException _) {
            return MISSING;
        }
    }

    /// Whether it was written so lately that another change may show the same stamp.
    boolean isYoung(Instant now) {
        return modified.isAfter(now.minus(STILL_YOUNG));
    }
}
