package dev.gatehouse.auth.settings;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// How accounts are guarded.
///
/// @param strictLockout whether five failures lock the account for fifteen minutes, its owner included
/// @param failureFloor how long a failure takes at least
/// @param deletionGrace how long an owner may change their mind
public record LoginSettings(boolean strictLockout, Duration failureFloor, Duration deletionGrace) {

    static @Nullable LoginSettings read(SettingsReader reader) {
        Boolean strict = reader.optional("GATEHOUSE_LOCKOUT", "throttle", LoginSettings::strictLockout);
        Duration floor = reader.optional("GATEHOUSE_LOGIN_FLOOR", "250ms", LoginSettings::millis);
        Duration grace = reader.optional("GATEHOUSE_DELETION_GRACE", "14d", LoginSettings::days);
        return strict == null || floor == null || grace == null ? null : new LoginSettings(strict, floor, grace);
    }

    private static boolean strictLockout(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "strict" -> true;
            case "throttle" -> false;
            default -> throw new IllegalArgumentException("is unknown (expected: throttle or strict)");
        };
    }

    private static Duration days(String text) {
        if (!text.endsWith("d")) {
            throw new IllegalArgumentException("is not a time (expected: 0d to 30d)");
        }
        return Duration.ofDays(SettingsReader.number(text.substring(0, text.length() - 1), 0, 30));
    }

    private static Duration millis(String text) {
        if (!text.endsWith("ms")) {
            throw new IllegalArgumentException("is not a time (expected: 0ms to 2000ms)");
        }
        return Duration.ofMillis(SettingsReader.number(text.substring(0, text.length() - 2), 0, 2000));
    }
}
