package dev.gatehouse.gateway.routefile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/// Whatever is done to a file, the answer is routes or problems with a place, never an exception.
class RouteFileFuzzTests {

    private static final String GOOD = read(Path.of("../bench/routes.yml"));
    private static final String SHIPPED = read(Path.of("../routes.yml"));

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Property
    void damagedFileGivesRoutesOrProblems(@ForAll("damage") List<Damage> damage) {
        answers(GOOD, damage);
    }

    @Property(tries = 150)
    void damagedShippedFileGivesRoutesOrProblems(@ForAll("damage") List<Damage> damage) {
        answers(SHIPPED, damage);
    }

    private static void answers(String text, List<Damage> damage) {
        StringBuilder damaged = new StringBuilder(text);
        damage.forEach(one -> one.to(damaged));
        String yaml = damaged.toString();

        if (RouteFile.read(yaml, Map.of("A", "${B}")::get) instanceof RouteFileResult.Invalid(List<RouteProblem> problems)) {
            long lines = yaml.lines().count() + 1;
            assertThat(problems).isNotEmpty()
                    .allMatch(problem -> problem.line() >= 1 && problem.line() <= lines && problem.column() >= 1);
        }
    }

    @Provide
    Arbitrary<List<Damage>> damage() {
        Arbitrary<String> pieces = Arbitraries.of("", " ", "  ", "\n", "\n  - ", ": ", "{", "}", "[", "]", ",", "'", "\"", "#",
                "&a ",
                "*a", "!!int ", "${", "${A}", "${A:", "#{", "|\n", ">\n", "? ", "---\n", "...\n", "<<: ", "null", "~", "true",
                "7", "-1",
                "9999999999999999999999", "1e9", "\u00e9", "\u0000", "\uFEFF", "\t", "\\", "/", "//", "**", "*", "{x}", "%2f",
                "%",
                "http://", "file:", "file:\0", "::1", "0x1F", "\uD800", "public", "{ not: public }", "{ all: [] }",
                "{ any: [{}] }",
                "{ claim: a, is: [] }", "{ max-age: -1s }", "cookie: a b", "issuers: [x]");
        return Combinators.combine(Arbitraries.integers().between(0, 100_000), Arbitraries.integers().between(0, 12), pieces)
                .as(Damage::new).list().ofMinSize(1).ofMaxSize(4);
    }

    /// One cut with something put in its place.
    record Damage(int at, int length, String piece) {

        void to(StringBuilder text) {
            int from = text.isEmpty() ? 0 : at % text.length();
            text.replace(from, Math.min(text.length(), from + length), piece);
        }
    }
}
