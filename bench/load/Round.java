package load;

/// What clients saw of one round.
///
/// @param good requests that were answered as they should be
/// @param failed all others: another status, no answer, an end of the connection
/// @param seconds from the first request to the last answer
/// @param latencies of the good ones
public record Round(long good, long failed, double seconds, Latencies latencies) {

    /// Answers in a second.
    public double rate() {
        return good / seconds;
    }
}
