package dev.gatehouse.gateway.identity;

import java.time.Clock;
import java.util.List;
import java.util.function.LongSupplier;

/// Names requests. A new id is 26 characters of Crockford's base 32 like a ULID: 48 bits of time, so that ids sort, and 80 random bits.
final class RequestIds {

    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int MAX_LENGTH = 128;

    private RequestIds() {}

    /// The incoming id if it may be believed and is well-formed, else a new one.
    static String settle(List<String> fields, boolean believed, Clock clock, LongSupplier random) {
        if (believed && fields.size() == 1 && wellFormed(fields.getFirst())) {
            return fields.getFirst();
        }
        char[] id = new char[26];
        digits(id, 0, 10, clock.millis());
        digits(id, 10, 18, random.getAsLong());
        digits(id, 18, 26, random.getAsLong());
        return new String(id);
    }

    private static void digits(char[] id, int from, int to, long bits) {
        long rest = bits;
        for (int i = to - 1; i >= from; i--) {
            id[i] = DIGITS[(int) (rest & 31)];
            rest >>>= 5;
        }
    }

    private static boolean wellFormed(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char character = id.charAt(i);
            boolean plain = (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z')
                    || (character >= 'a' && character <= 'z');
            if (!plain && "-._~:/+=@".indexOf(character) < 0) {
                return false;
            }
        }
        return true;
    }
}
