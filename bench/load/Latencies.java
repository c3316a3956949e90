package load;

/// How long requests took, in steps of 8 µs up to eight seconds. Not thread-safe.
public final class Latencies {

    private static final int STEP = 8;

    private final int[] counts = new int[1 << 20];
    private long total;

    /// One request more.
    public void add(long nanos) {
        counts[Math.clamp(nanos / 1000 / STEP, 0, counts.length - 1)]++;
        total++;
    }

    /// Those of another thread, too.
    public void add(Latencies others) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += others.counts[i];
        }
        total += others.total;
    }

    /// Milliseconds within which this share of the requests had their answers.
    public double millis(double share) {
        long left = (long) Math.ceil(total * share);
        for (int i = 0; i < counts.length; i++) {
            left -= counts[i];
            if (left <= 0) {
                return (i + 1) * STEP / 1000.0;
            }
        }
        return counts.length * STEP / 1000.0;
    }

    /// How many there are.
    public long total() {
        return total;
    }
}
