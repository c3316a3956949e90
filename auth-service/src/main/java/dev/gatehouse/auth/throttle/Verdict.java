package dev.gatehouse.auth.throttle;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/// What becomes of an attempt.
public sealed interface Verdict {

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
    record Hopeless(Ticket ticket) implements Verdict {}

    /// Not now.
    ///
    /// @param retryAfter when
    record Later(Duration retryAfter) implements Verdict {}

    /// What one attempt was counted under.
    ///
    /// @param subject whose password
    /// @param source where from
    /// @param device the trusted device; empty text where there was none
    record Ticket(String subject, Source source, String device) {

        boolean isTrusted() {
            return !device.isEmpty();
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
