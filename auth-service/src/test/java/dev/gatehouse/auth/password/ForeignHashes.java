package dev.gatehouse.auth.password;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Hashes made by other people's tools, from `foreign-hashes.tsv`.
public final class ForeignHashes {

    private ForeignHashes() {}

    public static Stream<ForeignHash> all() {
        try (InputStream file = Objects.requireNonNull(ForeignHashes.class.getResourceAsStream("foreign-hashes.tsv"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1)).map(cells -> new ForeignHash(cells[0], cells[1], cells[2]));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// {@return the first hash of each program and library}
    public static Stream<ForeignHash> oneOfEachTool() {
        return firstOfEach(hash -> hash.madeBy().replaceFirst("^(\\S+ \\S+) .*", "$1"));
    }

    /// {@return the first hash of each format}
    public static Stream<ForeignHash> oneOfEachFormat() {
        return firstOfEach(hash -> hash.stored().substring(0, 8));
    }

    private static Stream<ForeignHash> firstOfEach(Function<ForeignHash, String> kind) {
        return all().collect(Collectors.toMap(kind, hash -> hash, (first, _) -> first, LinkedHashMap::new)).values().stream();
    }

    /// One of them.
    public record ForeignHash(String madeBy, String password, String stored) {

        @Override
        public String toString() {
            return madeBy + " " + stored.substring(0, Math.min(30, stored.length()));
        }
    }
}
