package dev.gatehouse.auth.throttle;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// What becomes of an attempt.
public sealed interface Verdict {

    /// {@return how long it had to wait}
    Duration waited();

    /// It may be made now.
    ///
    /// @param ticket what was counted, to be given back on success
    /// @param waited how long it had to wait, so that what was read before may be old; zero: not at all
    /// @param alarming whether its failure is the one to tell the owner of
    /// @param suspect whether so many failed since the owner signed in that strangers have to prove more than a password
    record Proceed(Ticket ticket, Duration waited, boolean alarming, boolean suspect) implements Verdict {}

    /// It fails whatever the password is, and must look like any other failure.
    ///
    /// @param ticket under which it counts as a failure
    /// @param waited how long it had to wait
    record Hopeless(Ticket ticket, Duration waited) implements Verdict {}

    /// Not now.
    ///
    /// @param retryAfter when
    record Later(Duration retryAfter) implements Verdict {

        @Override
        public Duration waited() {
            return Duration.ZERO;
        }
    }

    /// What one attempt was counted under.
    ///
    /// @param subject whose password
    /// @param typed the name that was typed
    /// @param source where from
    /// @param known what was counted for a known device, where it was one
    record Ticket(String subject, String typed, Source source, Optional<KnownDevices.Attempt> known) {

        /// {@return whether its owner was on the device before}
        public boolean ofKnownDevice() {
            return known.isPresent();
        }
    }

    /// Where attempts come from, as far as one party holds it: an IPv4 address and its /24, the /64 of an IPv6 address and its /48.
    ///
    /// @param host the smaller
    /// @param network the larger
    record Source(String host, String network) {

        /// Where from does not matter.
        static final Source NONE = new Source("", "");

        static Source of(String address) {
            try {
                InetAddress parsed = InetAddress.ofLiteral(address);
                byte[] bytes = parsed.getAddress();
                return parsed instanceof Inet4Address
                        ? new Source(prefix(bytes, 4), prefix(bytes, 3))
                        : new Source(prefix(bytes, 8), prefix(bytes, 6));
            } catch (IllegalArgumentException notAddress) {
                return new Source("unknown", "unknown");
            }
        }

        private static String prefix(byte[] address, int length) {
            return HexFormat.of().formatHex(Arrays.copyOf(address, length));
        }
    }
}
