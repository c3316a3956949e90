package dev.gatehouse.gateway.authentication;

/// How large what is only remembered may become: as large as it is of use, but never more than a part of the heap, which requests need themselves.
public final class HeapShare {

    private HeapShare() {}

    /// In bytes.
    ///
    /// @param most what it may take of a large heap
    /// @param part what it may take of any: 16 for a sixteenth
    public static long atMost(long most, int part) {
        return atMost(most, part, Runtime.getRuntime().maxMemory());
    }

    static long atMost(long most, int part, long heap) {
        return Math.min(most, heap / part);
    }
}
