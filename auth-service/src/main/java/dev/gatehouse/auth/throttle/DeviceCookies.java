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
    private static final int LENGTH = 2 * 2 * Long.BYTES + Long.BYTES;
    private static final int LONGEST = 256;

    private final Sealer sealer;
    private final Ids ids;
    private final Clock clock;

    DeviceCookies(Sealer sealer, Ids ids, Clock clock) {
        this.sealer = sealer;
        this.ids = ids;
        this.clock = clock;
    }

    /// {@return a value for a device that was not known until now}
    ///
    /// @param account that has just signed in on it
    public String issue(UUID account) {
        UUID device = ids.next();
        byte[] plain = ByteBuffer.allocate(LENGTH).putLong(account.getMostSignificantBits())
                .putLong(account.getLeastSignificantBits()).putLong(device.getMostSignificantBits())
                .putLong(device.getLeastSignificantBits()).putLong(clock.instant().getEpochSecond()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealer.seal(plain, PURPOSE));
    }

    /// {@return whether the account signed in on the device within its lifetime}
    ///
    /// @param cookie what the device showed
    /// @param account that signs in
    public boolean knows(Optional<String> cookie, UUID account) {
        return device(cookie, account).isPresent();
    }

    /// {@return the id of the device, where the account signed in on it within its lifetime}
    Optional<UUID> device(Optional<String> cookie, UUID account) {
        return cookie.filter(value -> value.length() <= LONGEST).flatMap(this::open)
                .filter(plain -> new UUID(plain.getLong(0), plain.getLong(8)).equals(account))
                .filter(plain -> Instant.ofEpochSecond(plain.getLong(32)).plus(LIFETIME).isAfter(clock.instant()))
                .map(plain -> new UUID(plain.getLong(16), plain.getLong(24)));
    }

    private Optional<ByteBuffer> open(String value) {
        try {
            return sealer.open(Base64.getUrlDecoder().decode(value), PURPOSE).filter(plain -> plain.length == LENGTH)
                    .map(ByteBuffer::wrap);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
