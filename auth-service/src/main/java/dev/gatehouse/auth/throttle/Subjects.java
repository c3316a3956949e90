package dev.gatehouse.auth.throttle;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.settings.Settings;

/// Names for those whose passwords are tried, the same on every instance: HMACs, so that Redis learns neither ids nor what people type
/// as a name. Thread-safe.
@Component
public final class Subjects {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    Subjects(Settings settings) {
        byte[] derived = mac(new SecretKeySpec(settings.keyEncryptionKey().reveal(), ALGORITHM), "gatehouse throttle");
        this.key = new SecretKeySpec(derived, ALGORITHM);
    }

    /// {@return the name}
    ///
    /// @param account the id, where there is such an account
    /// @param login what was typed
    public String of(Optional<UUID> account, String login) {
        String text = account.map(UUID::toString).orElseGet(() -> "unknown " + login.toLowerCase(Locale.ROOT));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(key, text)).substring(0, 22);
    }

    /// {@return the names of what can be typed for an account, likewise}
    ///
    /// @param logins username and address
    public String[] typed(String... logins) {
        return Stream.of(logins).map(login -> of(Optional.empty(), login)).toArray(String[]::new);
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, missing);
        }
    }
}
