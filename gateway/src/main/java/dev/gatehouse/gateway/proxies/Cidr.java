package dev.gatehouse.gateway.proxies;

import java.util.Optional;

/// A block of addresses (RFC 4632, RFC 4291 §2.3), such as `10.0.0.0/8`. Immutable.
record Cidr(IpAddress network, int prefix) {

    /// Reads a block; a bare address is a block of one. Bits behind the prefix must be zero: `10.1.2.3/8` is more likely a mistake than meant.
    static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int width = address.get().v6() ? 128 : 32;
        int prefix = slash < 0 ? width : number(text.substring(slash + 1));
        if (prefix < 0 || prefix > width) {
            return Optional.empty();
        }
        Cidr block = new Cidr(address.get(), prefix);
        return block.masked(address.get()).equals(address.get()) ? Optional.of(block) : Optional.empty();
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 3 || (digits.length() > 1 && digits.startsWith("0"))) {
            return -1;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(digits);
    }

    boolean contains(IpAddress address) {
        return address.v6() == network.v6() && masked(address).equals(network);
    }

    private IpAddress masked(IpAddress address) {
        if (!address.v6()) {
            return new IpAddress(0, prefix == 0 ? 0 : address.low() & (-1L << (32 - prefix)), false);
        }
        long high = prefix == 0 ? 0 : address.high() & (-1L << Math.max(0, 64 - prefix));
        long low = prefix <= 64 ? 0 : address.low() & (-1L << (128 - prefix));
        return new IpAddress(high, low, true);
    }
}
