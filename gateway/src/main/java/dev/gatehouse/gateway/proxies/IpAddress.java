package dev.gatehouse.gateway.proxies;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/// An IPv4 or IPv6 address. IPv4 addresses that are mapped into IPv6 (RFC 4291 §2.5.5.2) are IPv4 addresses; zone ids do not count.
/// Immutable. Reads addresses strictly: no names, no octal, no short forms, which two parsers read differently.
///
/// @param high the upper 64 bits; 0 for IPv4
/// @param low the lower 64 bits
/// @param v6 whether it is an IPv6 address
record IpAddress(long high, long low, boolean v6) {

    private static final long MAPPED = 0xffffL << 32;

    static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return v6(buffer.getLong(), buffer.getLong());
        }
        return new IpAddress(0, ByteBuffer.wrap(bytes).getInt() & 0xffff_ffffL, false);
    }

    private static IpAddress v6(long high, long low) {
        return high == 0 && (low & ~0xffff_ffffL) == MAPPED
                ? new IpAddress(0, low & 0xffff_ffffL, false)
                : new IpAddress(high, low, true);
    }

    static Optional<IpAddress> parse(String text) {
        if (text.length() > 45) {
            return Optional.empty();
        }
        if (text.indexOf(':') < 0) {
            long bits = v4(text, 0);
            return bits < 0 ? Optional.empty() : Optional.of(new IpAddress(0, bits, false));
        }
        return parse6(text);
    }

    /// The address' bits, or -1.
    private static long v4(String text, int from) {
        long bits = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            int start = at;
            int value = 0;
            while (at < text.length() && at - start < 3 && isDigit(text.charAt(at))) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            boolean octal = at - start > 1 && text.charAt(start) == '0';
            boolean separated = part == 3 ? at == text.length() : at < text.length() && text.charAt(at) == '.';
            if (at == start || octal || value > 255 || !separated) {
                return -1;
            }
            bits = (bits << 8) | value;
            at++;
        }
        return bits;
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    /// Groups of 16 bits; `gap` remembers where `::` stood.
    private static Optional<IpAddress> parse6(String text) {
        int[] groups = new int[8];
        int count = 0;
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length()) {
            int end = text.indexOf(':', at);
            int to = end < 0 ? text.length() : end;
            if (end < 0 && text.indexOf('.', at) >= 0) {
                long bits = v4(text, at);
                if (bits < 0 || count > 6) {
                    return Optional.empty();
                }
                groups[count++] = (int) (bits >> 16);
                groups[count++] = (int) (bits & 0xffff);
                break;
            }
            int group = hex(text, at, to);
            if (group < 0 || count == 8) {
                return Optional.empty();
            }
            groups[count++] = group;
            if (text.startsWith("::", end)) {
                if (gap >= 0) {
                    return Optional.empty();
                }
                gap = count;
                at = end + 2;
            } else if (end == text.length() - 1) {
                return Optional.empty();
            } else {
                at = to + 1;
            }
        }
        return gap < 0 ? count == 8 ? Optional.of(join(groups)) : Optional.empty() : spread(groups, count, gap);
    }

    private static int hex(String text, int from, int to) {
        if (to == from || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char character = text.charAt(i);
            int digit = character < 0x80 ? Character.digit(character, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private static Optional<IpAddress> spread(int[] groups, int count, int gap) {
        if (count == 8) {
            return Optional.empty();
        }
        int[] all = new int[8];
        System.arraycopy(groups, 0, all, 0, gap);
        System.arraycopy(groups, gap, all, 8 - (count - gap), count - gap);
        return Optional.of(join(all));
    }

    private static IpAddress join(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = (high << 16) | groups[i];
            low = (low << 16) | groups[i + 4];
        }
        return v6(high, low);
    }

    /// The one spelling of RFC 5952.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(v6 ? 39 : 15);
        if (!v6) {
            return text.append(low >> 24).append('.').append((low >> 16) & 0xff).append('.').append((low >> 8) & 0xff).append('.')
                    .append(low & 0xff).toString();
        }
        int zerosFrom = -1;
        int zeros = 1; // a single zero group is not shortened
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(i + length) == 0) {
                length++;
            }
            if (length > zeros) {
                zerosFrom = i;
                zeros = length;
            }
            i += length;
        }
        for (int i = 0; i < 8; i++) {
            if (i == zerosFrom) {
                text.append("::");
                i += zeros - 1;
            } else {
                text.append(i == 0 || (zerosFrom >= 0 && i == zerosFrom + zeros) ? "" : ":")
                        .append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        return (int) ((index < 4 ? high >> (48 - 16 * index) : low >> (112 - 16 * index)) & 0xffff);
    }
}
