package dev.gatehouse.auth.throttle;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
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

    /// {@return the name of an account}
    ///
    /// @param account its id
    public String of(UUID account) {
        return name(account.toString());
    }

    /// {@return the name of an account, or of what was typed for none}
    ///
    /// @param account the id, where there is such an account
    /// @param login what was typed
    public String of(Optional<UUID> account, String login) {
        return account.map(this::of).orElseGet(() -> typed(login));
    }

    /// {@return an account, with all under which its password can be tried}
    ///
    /// @param account its id
    /// @param logins username and address
    public Subject of(UUID account, List<String> logins) {
        return new Subject(of(account), logins.stream().map(this::typed).toList());
    }

    /// {@return the name of what was typed, whoever is behind it}
    ///
    /// @param login what was typed
    public String typed(String login) {
        return name("unknown " + login.toLowerCase(Locale.ROOT));
    }

    private String name(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(key, text)).substring(0, 22);
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
