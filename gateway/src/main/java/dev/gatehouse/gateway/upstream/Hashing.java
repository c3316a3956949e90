package dev.gatehouse.gateway.upstream;

/// Hashes that every gateway of a fleet computes alike, also after a restart. Not for secrets.
public final class Hashing {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Hashing() {}

    /// Of a text.
    public static long of(String text) {
        return mixed(fnv(FNV_OFFSET, text));
    }

    /// Of two texts; a space between them cannot be confused with one in them.
    public static long of(String one, String other) {
        return mixed(fnv((fnv(FNV_OFFSET, one) ^ 0xffff) * FNV_PRIME, other));
    }

    private static long fnv(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /// Spreads over all bits (the finisher of SplitMix64).
    static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /// Above 0 and below 1.
    static double fraction(long hash) {
        return ((mixed(hash) >>> 11) + 0.5) * 0x1.0p-53;
    }
}
