package dev.gatehouse.auth.settings;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/// What the operator asks of passwords.
///
/// @param composition whether upper case, lower case, a digit and a special character are asked for instead of an estimate
/// @param breached the filter of stolen passwords, where there is one
public record PasswordSettings(boolean composition, Optional<Path> breached) {

    /// {@return what holds where nothing is set}
    public static PasswordSettings usual() {
        return new PasswordSettings(false, Optional.empty());
    }

    static @Nullable PasswordSettings read(SettingsReader reader) {
        Boolean composition = reader.optional("GATEHOUSE_PASSWORD_PROFILE", "estimate", PasswordSettings::composition);
        Optional<Path> breached = reader.optional("GATEHOUSE_BREACHED_PASSWORDS", "", PasswordSettings::file);
        return composition == null || breached == null ? null : new PasswordSettings(composition, breached);
    }

    private static boolean composition(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "composition" -> true;
            case "estimate" -> false;
            default -> throw new IllegalArgumentException("is unknown (expected: estimate or composition)");
        };
    }

    private static Optional<Path> file(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(text);
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("cannot be read (expected: a file made by passwords build-filter)");
            }
            return Optional.of(file);
        } catch (InvalidPathException notPath) {
            throw new IllegalArgumentException("is not a path (expected: a file made by passwords build-filter)", notPath);
        }
    }
}
