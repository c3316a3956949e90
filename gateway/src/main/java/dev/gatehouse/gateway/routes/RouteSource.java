package dev.gatehouse.gateway.routes;

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

import dev.gatehouse.gateway.routes.yaml.YamlFile;

/// The bytes of a file at one moment, or why there are none. Immutable.
///
/// @param hash SHA-256 of the bytes in hexadecimal digits; of the reason when there are none
/// @param text the file's text; empty when it cannot be read
/// @param problem why it cannot be read; empty when it can
record RouteSource(String hash, String text, String problem) {

    static RouteSource of(Path file) {
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

    RouteFileResult read(Function<String, @Nullable String> environment, Path folder) {
        return read(environment, folder, new RouteMemory());
    }

    RouteFileResult read(Function<String, @Nullable String> environment, Path folder, RouteMemory memory) {
        return problem.isEmpty()
                ? RouteFile.read(text, environment, folder, memory)
                : new RouteFileResult.Invalid(List.of(new RouteProblem(1, 1, "", problem)));
    }

    /// How many further looks must see the same bytes before they count: one more when the last line has no end, or when a good part of what was there
    /// is missing.
    ///
    /// @param before how long the text was that was judged before
    int looksToRest(int before) {
        return text.isEmpty() || (text.endsWith("\n") && text.length() >= before - before / 4) ? 1 : 2;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
