package scale;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import load.Contender;
import load.Gatehouse;
import load.Tokens;
import load.Tokens.Algorithm;

/// One gateway that sees more and more different users, each with a token of ES256 signed beforehand, one after the other and again from the first. It
/// remembers some of them; the cost of the others has their signatures in it.
public final class Users {

    private static final int PART = 20_000;

    private Users() {}

    /// Measures and reports.
    public static void run(Scaling scaling) {
        List<Integer> counts = scaling.words().numbers("users");
        try {
            Path file = sign(scaling, counts.getLast());
            scaling.site().cores().stepAside();
            Gatehouse gatehouse = scaling.site().gatehouse(false);
            Contender contender = scaling.site()
                    .ready(gatehouse.start("users", gatehouse.routes(scaling.site().backend().port()), Gatehouse.HEAP, Map.of()));
            measure(scaling, contender, file, counts);
            scaling.site().programs().end(contender.process());
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void measure(Scaling scaling, Contender contender, Path file, List<Integer> counts) throws IOException {
        Growth growth = new Growth("users");
        double half = 0;
        double whole = 0;
        for (int count : counts) {
            try (Reading stream = new Reading(file, count)) {
                if (count == counts.getFirst()) {
                    Scaling.ask(contender, stream, scaling.warmUp());
                } else { // each of them at least once
                    Scaling.ask(contender, stream.upTo(count / 2), Duration.ofHours(1));
                    half = contender.heapMegabytes(scaling.site().programs());
                    Scaling.ask(contender, stream.upTo(count), Duration.ofHours(1));
                }
                var figures = scaling.measure(contender, stream);
                whole = contender.heapMegabytes(scaling.site().programs());
                growth.add(count, figures, whole);
            }
        }
        scaling.tell(growth);
        if (half == 0) {
            return; // a single number says nothing about growth
        }
        scaling.bar("the most users do not grow the heap without bound: their second half adds less than a tenth", whole <= half * 1.1,
                "%.1f MB after the first half, %.1f MB after all".formatted(half, whole));
    }

    private static Path sign(Scaling scaling, int count) throws IOException {
        Path file = scaling.site().programs().folder().resolve("tokens");
        System.out.printf("signing %,d tokens, ES256 …%n", count);
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            for (int first = 0; first < count; first += PART) {
                for (String token : scaling.site().tokens().sign(Algorithm.ES256, first, Math.min(PART, count - first))) {
                    writer.append(token).append('\n');
                }
            }
        }
        return file;
    }

    /// Requests with the first so many tokens of a file, and again from the beginning; holds one at a time. For one thread.
    private static final class Reading implements Supplier<byte[]>, AutoCloseable {

        private final Path file;
        private final int count;
        private BufferedReader reader;
        private int read;

        private Reading(Path file, int count) throws IOException {
            this.file = file;
            this.count = count;
            this.reader = Files.newBufferedReader(file);
        }

        @Override
        public byte[] get() {
            try {
                if (read == count) {
                    reader.close();
                    reader = Files.newBufferedReader(file);
                    read = 0;
                }
                read++;
                return Tokens.request("/api/items/42", reader.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// From here to that one, then nothing.
        private Supplier<byte[]> upTo(int end) {
            return () -> read < end ? get() : null;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
