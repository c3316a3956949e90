package dev.gatehouse.auth.knowndevice;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.sealing.TestSealer;

import static org.assertj.core.api.Assertions.assertThat;

/// For how long a device stays the same, and known.
final class DeviceCookiesTests {

    private static final DeviceOwner BEFORE = new DeviceOwner(UUID.randomUUID(), 0);
    private static final DeviceOwner AFTER = new DeviceOwner(BEFORE.account(), 1);
    private static final UUID LASTING = UUID.randomUUID();

    private final Sealer sealer = TestSealer.any();
    private final DeviceCookies cookies = new DeviceCookies(sealer, new Ids(Clock.systemUTC(), new SecureRandom()),
            Clock.systemUTC());

    @Test
    void knowsADeviceUntilPasswordOrFactorsChange() {
        Optional<String> cookie = Optional.of(cookies.issue(BEFORE, LASTING));

        assertThat(cookies.lasting(cookie, BEFORE)).hasValue(LASTING);
        assertThat(cookies.device(cookie, BEFORE)).isPresent();
        assertThat(cookies.lasting(cookie, AFTER)).isEmpty();
        assertThat(cookies.device(cookie, AFTER)).isEmpty();
    }

    @Test
    void goesOnKnowingTheDeviceOnWhichItsOwnerChangedThem() {
        Optional<String> renewed = Optional.of(cookies.renew(Optional.of(cookies.issue(BEFORE, LASTING)), AFTER));

        assertThat(cookies.lasting(renewed, AFTER)).hasValue(LASTING);
        assertThat(cookies.device(renewed, AFTER)).isPresent();
    }

    @Test
    void makesADeviceOfSomebodyElseNotTheSame() {
        Optional<String> renewed = Optional
                .of(cookies.renew(Optional.of(cookies.issue(new DeviceOwner(UUID.randomUUID(), 1), LASTING)), AFTER));

        assertThat(cookies.lasting(renewed, AFTER)).isPresent().get().isNotEqualTo(LASTING);
        assertThat(cookies.lasting(Optional.of(cookies.renew(Optional.empty(), AFTER)), AFTER)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 56})
    void takesCookiesOfEarlierVersionsForAccountsThatNeverChanged(int length) {
        byte[] now = sealer.open(Base64.getUrlDecoder().decode(cookies.issue(BEFORE, LASTING)), "device-cookie").orElseThrow();
        byte[] earlier = sealer.seal(Arrays.copyOf(now, length), "device-cookie");
        Optional<String> cookie = Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(earlier));
        UUID attempts = new UUID(ByteBuffer.wrap(now).getLong(16), ByteBuffer.wrap(now).getLong(24));

        assertThat(cookies.device(cookie, BEFORE)).hasValue(attempts);
        assertThat(cookies.lasting(cookie, BEFORE)).hasValue(length == 40 ? attempts : LASTING);
        assertThat(cookies.device(cookie, AFTER)).isEmpty();
    }
}
