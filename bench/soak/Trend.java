package soak;

import java.util.ArrayList;
import java.util.List;

/// Whether a row of samples grows: the median of the slopes between all pairs of its last two thirds (Theil and Sen), which single outliers do not move. Not thread-safe.
public final class Trend {

    private static final double SHARE = 0.1;

    private final String name;
    private final double least;
    private final List<Double> samples = new ArrayList<>();

    /// `least`: growth that means nothing whatever the level, in the samples' unit. A tenth of the level means nothing, either.
    public Trend(String name, double least) {
        this.name = name;
        this.least = least;
    }

    /// What is sampled, with its unit.
    public String name() {
        return name;
    }

    /// One sample more, at the same distance as all.
    public void add(double sample) {
        samples.add(sample);
    }

    /// All samples.
    public double[] samples() {
        return samples.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /// The latest.
    public double last() {
        return samples.getLast();
    }

    /// By how much it grows over the last two thirds, in its unit; below 0 when it falls.
    public double growth() {
        List<Double> late = late();
        List<Double> slopes = new ArrayList<>();
        for (int i = 0; i < late.size(); i++) {
            for (int j = i + 1; j < late.size(); j++) {
                slopes.add((late.get(j) - late.get(i)) / (j - i));
            }
        }
        return slopes.isEmpty() ? 0 : median(slopes) * (late.size() - 1);
    }

    /// Whether that is more than nothing.
    public boolean grows() {
        return !samples.isEmpty() && growth() > Math.max(least, SHARE * median(late()));
    }

    private List<Double> late() {
        return samples.subList(samples.size() / 3, samples.size());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
