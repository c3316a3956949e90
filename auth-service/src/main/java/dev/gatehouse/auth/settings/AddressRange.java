package dev.gatehouse.auth.settings;

import java.net.InetAddress;
import java.util.Arrays;

/// A CIDR range such as `10.0.0.0/8` or `::1/128`.
///
/// @param network its first address; bits after the prefix are ignored
/// @param prefix number of leading bits that count
public record AddressRange(InetAddress network, int prefix) {

    /// Refuses a prefix longer than the address.
    public AddressRange {
        int longest = network.getAddress().length * 8;
        if (prefix < 0 || prefix > longest) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: 0 to " + longest + ")");
        }
    }

    /// Reads `address/prefix` or a single address; never asks a name server.
    ///
    /// @param text what the operator wrote
    /// @return the range
    /// @throws IllegalArgumentException where the text is neither
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            InetAddress address = InetAddress.ofLiteral(text);
            return new AddressRange(address, address.getAddress().length * 8);
        }
        return new AddressRange(InetAddress.ofLiteral(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)));
    }

    /// {@return whether the address lies in this range}
    ///
    /// @param address of either family
    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = prefix / 8;
        if (!Arrays.equals(mine, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int rest = prefix % 8;
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & (0xFF << (8 - rest)) & 0xFF) == 0;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
