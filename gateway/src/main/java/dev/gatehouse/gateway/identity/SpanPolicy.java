package dev.gatehouse.gateway.identity;

/// Which requests get spans of the gateway's own. Immutable.
///
/// @param own whether any do
/// @param share of the traces that begin here, 0 to 1; those that callers began are theirs to decide on
public record SpanPolicy(boolean own, double share) {

    /// The gateway only passes traces on.
    public static final SpanPolicy NONE = new SpanPolicy(false, 1);

    /// Checks the share.
    public SpanPolicy {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
        }
    }

    /// Decides by the trace's id, so that everybody who samples in this way decides the same.
    ///
    /// @param low the lower half of the trace id
    boolean samples(long low) {
        return (low & Long.MAX_VALUE) <= share * Long.MAX_VALUE;
    }
}
