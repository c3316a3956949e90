package dev.gatehouse.auth.throttle;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.sealing.Sealer;

/// Remembers in a cookie that somebody has signed in on a device (OWASP, "Device Cookies"). It proves nothing but that, signs nobody in, and
/// counts for one account. Sealed, so nobody can make one. Thread-safe.
@Component
public final class DeviceCookies {

    /// The name of the cookie.
    public static final String NAME = "__Host-gatehouse_device";
    /// How long a device is remembered after the last sign-in.
    public static final Duration LIFETIME = Duration.ofDays(180);

    private static final String PURPOSE = "device-cookie";
    private static final int ATTEMPTS = 16;
    private static final int TIME = 32;
    private static final int LASTING = 40;
    private static final int LENGTH = 56;
    private static final int EARLIER_LENGTH = 40; // those of earlier versions end before what lasts
    private static final int LONGEST = 256;

    private final Sealer sealer;
    private final Ids ids;
    private final Clock clock;

    DeviceCookies(Sealer sealer, Ids ids, Clock clock) {
        this.sealer = sealer;
        this.ids = ids;
        this.clock = clock;
    }

    /// {@return a value for a device. Attempts with it are counted apart from those with earlier values: who has an old one from elsewhere uses
    /// up nothing of the owner's}
    ///
    /// @param account that has just signed in on it
    /// @param lasting what stays the same in all values of the device
    public String issue(UUID account, UUID lasting) {
        UUID attempts = ids.next();
        byte[] plain = ByteBuffer.allocate(LENGTH).putLong(account.getMostSignificantBits())
                .putLong(account.getLeastSignificantBits()).putLong(attempts.getMostSignificantBits())
                .putLong(attempts.getLeastSignificantBits()).putLong(clock.instant().getEpochSecond())
                .putLong(lasting.getMostSignificantBits()).putLong(lasting.getLeastSignificantBits()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealer.seal(plain, PURPOSE));
    }

    /// {@return what stays the same in all values of the device, where the account signed in on it within its lifetime}
    ///
    /// @param cookie what the device showed
    /// @param account that signs in
    public Optional<UUID> lasting(Optional<String> cookie, UUID account) {
        return plain(cookie, account).map(plain -> uuid(plain, plain.capacity() == LENGTH ? LASTING : ATTEMPTS));
    }

    /// {@return under what attempts with it are counted, where the account signed in on it within its lifetime}
    Optional<UUID> device(Optional<String> cookie, UUID account) {
        return plain(cookie, account).map(plain -> uuid(plain, ATTEMPTS));
    }

    private Optional<ByteBuffer> plain(Optional<String> cookie, UUID account) {
        return cookie.filter(value -> value.length() <= LONGEST).flatMap(this::open)
                .filter(plain -> uuid(plain, 0).equals(account))
                .filter(plain -> Instant.ofEpochSecond(plain.getLong(TIME)).plus(LIFETIME).isAfter(clock.instant()));
    }

    private Optional<ByteBuffer> open(String value) {
        try {
            return sealer.open(Base64.getUrlDecoder().decode(value), PURPOSE)
                    .filter(plain -> plain.length == LENGTH || plain.length == EARLIER_LENGTH).map(ByteBuffer::wrap);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static UUID uuid(ByteBuffer plain, int at) {
        return new UUID(plain.getLong(at), plain.getLong(at + Long.BYTES));
    }
}
