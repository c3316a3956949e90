package dev.gatehouse.gateway.routefile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.routefile.yaml.YamlFile;

/// The bytes of a file at one moment, or why there are none. Immutable.
///
/// @param hash SHA-256 of the bytes in hexadecimal digits; of the reason when there are none
/// @param text the file's text; empty when it cannot be read
/// @param problem why it cannot be read; empty when it can
public record RouteSource(String hash, String text, String problem) {

    /// Reads the bytes that are there now.
    public static RouteSource of(Path file) {
        try {
            if (Files.size(file) > YamlFile.MAX_LENGTH) {
                return unreadable("more than " + YamlFile.MAX_LENGTH + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            return new RouteSource(sha256(bytes), StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
                    "");
        } catch (NoSuchFileException _) {
            return unreadable("no such file (expected: routes.yml here, or its path in GATEHOUSE_ROUTES)");
        } catch (CharacterCodingException _) {
            return unreadable("not UTF-8 (expected: text in UTF-8)");
        } catch (IOException e) {
            return unreadable("cannot be read: " + e.getMessage());
        }
    }

    private static RouteSource unreadable(String why) {
        return new RouteSource(sha256(why.getBytes(StandardCharsets.UTF_8)), "", why);
    }

    /// What the text says, read as far as it is new.
    ///
    /// @param environment answers with a variable's value, or null when it is not set; the same each time
    /// @param file where the text stands; the same each time
    /// @param memory of what was read before; knows this file afterwards if it is good
    public RouteFileResult read(Function<String, @Nullable String> environment, Path file, RouteMemory memory) {
        return problem.isEmpty()
                ? RouteFile.read(text, environment, folderOf(file), memory)
                : new RouteFileResult.Invalid(List.of(new RouteProblem(1, 1, "", problem)));
    }

    private static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
