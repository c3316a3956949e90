package load;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Requests made before the clock runs: a GET for each token. Thread-safe.
public final class Requests {

    private final byte[][] octets;

    /// A token that is empty makes a request without credentials.
    public Requests(String path, List<String> tokens) {
        this(tokens, any -> path);
    }

    /// Each for a path of its own.
    public Requests(List<String> tokens, IntFunction<String> path) {
        this.octets = IntStream.range(0, tokens.size()).mapToObj(i -> Tokens.request(path.apply(i), tokens.get(i))).toArray(byte[][]::new);
    }

    /// One after the other, and again from the beginning.
    public Supplier<byte[]> overAndOver() {
        AtomicInteger next = new AtomicInteger();
        return () -> octets[Math.floorMod(next.getAndIncrement(), octets.length)];
    }

    /// Those from here to there once, then null.
    public Supplier<byte[]> once(int from, int to) {
        AtomicInteger next = new AtomicInteger(from);
        return () -> {
            int mine = next.getAndIncrement();
            return mine < to ? octets[mine] : null;
        };
    }
}
