package dev.gatehouse.auth.knowndevice;

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
/// counts for one account, until its password or a second factor changes. Sealed, so nobody can make one. Thread-safe.
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
    private static final int EPOCH = 56;
    private static final int LENGTH = 60;
    // Those of earlier versions end before what lasts or before the epoch: they count for accounts that have never changed.
    private static final int WITHOUT_LASTING = LASTING;
    private static final int WITHOUT_EPOCH = EPOCH;
    private static final int LONGEST = 256;

    private final Sealer sealer;
    private final Ids ids;
    private final Clock clock;

    /// Seals with the key-encryption key.
    public DeviceCookies(Sealer sealer, Ids ids, Clock clock) {
        this.sealer = sealer;
        this.ids = ids;
        this.clock = clock;
    }

    /// {@return a value for a device. Attempts with it are counted apart from those with earlier values: who has an old one from elsewhere uses
    /// up nothing of the owner's}
    ///
    /// @param owner who has just signed in on it
    /// @param lasting what stays the same in all values of the device
    public String issue(DeviceOwner owner, UUID lasting) {
        UUID attempts = ids.next();
        byte[] plain = ByteBuffer.allocate(LENGTH).putLong(owner.account().getMostSignificantBits())
                .putLong(owner.account().getLeastSignificantBits()).putLong(attempts.getMostSignificantBits())
                .putLong(attempts.getLeastSignificantBits()).putLong(clock.instant().getEpochSecond())
                .putLong(lasting.getMostSignificantBits()).putLong(lasting.getLeastSignificantBits()).putInt(owner.epoch())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealer.seal(plain, PURPOSE));
    }

    /// {@return another value for a device whose owner has just proven who they are by changing password or factors; it stays the same device,
    /// if it was one of theirs}
    ///
    /// @param cookie what the device showed
    /// @param owner as they are after the change
    public String renew(Optional<String> cookie, DeviceOwner owner) {
        return issue(owner, plain(cookie, owner.account()).map(DeviceCookies::lasting).orElseGet(ids::next));
    }

    /// {@return what stays the same in all values of the device, where the owner signed in on it within its lifetime}
    ///
    /// @param cookie what the device showed
    /// @param owner who signs in
    public Optional<UUID> lasting(Optional<String> cookie, DeviceOwner owner) {
        return plain(cookie, owner).map(DeviceCookies::lasting);
    }

    /// {@return under what attempts with it are counted, where the owner signed in on it within its lifetime}
    ///
    /// @param cookie what the device showed
    /// @param owner whose password is tried
    public Optional<UUID> device(Optional<String> cookie, DeviceOwner owner) {
        return plain(cookie, owner).map(plain -> uuid(plain, ATTEMPTS));
    }

    private Optional<ByteBuffer> plain(Optional<String> cookie, DeviceOwner owner) {
        return plain(cookie, owner.account()).filter(plain -> epoch(plain) == owner.epoch());
    }

    private Optional<ByteBuffer> plain(Optional<String> cookie, UUID account) {
        return cookie.filter(value -> value.length() <= LONGEST).flatMap(this::open)
                .filter(plain -> uuid(plain, 0).equals(account))
                .filter(plain -> Instant.ofEpochSecond(plain.getLong(TIME)).plus(LIFETIME).isAfter(clock.instant()));
    }

    private Optional<ByteBuffer> open(String value) {
        try {
            return sealer.open(Base64.getUrlDecoder().decode(value), PURPOSE)
                    .filter(plain -> plain.length == LENGTH || plain.length == WITHOUT_EPOCH || plain.length == WITHOUT_LASTING)
                    .map(ByteBuffer::wrap);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static UUID lasting(ByteBuffer plain) {
        return uuid(plain, plain.capacity() == WITHOUT_LASTING ? ATTEMPTS : LASTING);
    }

    private static int epoch(ByteBuffer plain) {
        return plain.capacity() == LENGTH ? plain.getInt(EPOCH) : 0;
    }

    private static UUID uuid(ByteBuffer plain, int at) {
        return new UUID(plain.getLong(at), plain.getLong(at + Long.BYTES));
    }
}
