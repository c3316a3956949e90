package dev.gatehouse.auth.settings;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// The keys of the service.
///
/// @param encryption what encrypts at rest
/// @param algorithm with which new keys sign
/// @param schedule when keys follow each other
/// @param sharedSecret under which older clients get HS256 tokens
public record KeySettings(Encryption encryption, Algorithm algorithm, Schedule schedule, Optional<Secret> sharedSecret) {

    private static final int SHORTEST_SECRET = 32; // bytes, RFC 7518 §3.2

    private static final int KEY_LENGTH = 32; // bytes, of AES-256
    private static final String NO_KEY = "is not a key (expected: 32 random bytes in base64, such as from: openssl rand -base64 32)";

    private static final Pattern TIME = Pattern.compile("(\\d{1,4})([hd])");

    static @Nullable KeySettings read(SettingsReader reader) {
        Secret current = reader.required("GATEHOUSE_KEK", KeySettings::key);
        List<Secret> others = reader.optional("GATEHOUSE_KEK_OLD", "", KeySettings::others);
        Algorithm algorithm = reader.optional("GATEHOUSE_SIGNING_ALGORITHM", "ES256", Algorithm::parse);
        Duration rotation = reader.optional("GATEHOUSE_KEY_ROTATION", "30d", text -> time(text, "1d", "366d"));
        Duration published = reader.optional("GATEHOUSE_KEY_PUBLISHED", "24h", text -> time(text, "1h", "14d"));
        Duration retired = reader.optional("GATEHOUSE_KEY_RETIRED", "24h", text -> time(text, "1h", "30d"));
        Optional<Secret> shared = reader.optional("JWT_SECRET", "", KeySettings::sharedSecret);
        return current == null || others == null || algorithm == null || rotation == null || published == null || retired == null
                || shared == null
                        ? null
                        : new KeySettings(new Encryption(current, others), algorithm, new Schedule(rotation, published, retired),
                                shared);
    }

    private static List<Secret> others(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).map(KeySettings::key).toList();
    }

    private static Secret key(String text) {
        try {
            byte[] key = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
            if (key.length == KEY_LENGTH) {
                return Secret.of(key);
            }
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(NO_KEY, notBase64);
        }
        throw new IllegalArgumentException(NO_KEY);
    }

    private static Optional<Secret> sharedSecret(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException("is too short (expected: at least " + SHORTEST_SECRET + " bytes)");
        }
        return Optional.of(Secret.of(bytes));
    }

    private static Duration time(String text, String least, String most) {
        Duration time = duration(text);
        if (time.compareTo(duration(least)) < 0 || time.compareTo(duration(most)) > 0) {
            throw new IllegalArgumentException("is not a time (expected: " + least + " to " + most + ")");
        }
        return time;
    }

    private static Duration duration(String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            return Duration.ZERO;
        }
        long number = Long.parseLong(parts.group(1));
        return parts.group(2).equals("d") ? Duration.ofDays(number) : Duration.ofHours(number);
    }

    /// What encrypts at rest.
    ///
    /// @param current 32 bytes under which everything is sealed
    /// @param others under which values may still be sealed, or will soon be by other instances
    public record Encryption(Secret current, List<Secret> others) {

        /// Copies the list.
        public Encryption {
            others = List.copyOf(others);
        }
    }

    /// When keys follow each other. A key is published from its making on.
    ///
    /// @param rotation how long a key signs
    /// @param published how long a key is published at least before it signs
    /// @param retired how long a key is published after its last token has expired
    public record Schedule(Duration rotation, Duration published, Duration retired) {}

    /// JWS algorithms of access tokens (RFC 7518 §3.1, RFC 8037 §3.1).
    public enum Algorithm {
        /// ECDSA on P-256: short tokens, quick to sign.
        ES256("ES256"),
        /// RSASSA-PKCS1-v1_5: what every library knows.
        RS256("RS256"),
        /// RSASSA-PSS.
        PS256("PS256"),
        /// Ed25519.
        EDDSA("EdDSA");

        private final String jwsName;

        Algorithm(String jwsName) {
            this.jwsName = jwsName;
        }

        /// {@return as `alg` has it}
        public String jwsName() {
            return jwsName;
        }

        private static Algorithm parse(String text) {
            return Arrays.stream(values())
                    .filter(each -> each.jwsName.toUpperCase(Locale.ROOT).equals(text.toUpperCase(Locale.ROOT)))
                    .findFirst().orElseThrow(
                            () -> new IllegalArgumentException("is unknown (expected: ES256, RS256, PS256 or EdDSA)"));
        }
    }
}
