package dev.gatehouse.gateway.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/// Whatever is done to a file, the answer is routes or problems with a place, never an exception.
class RouteFileFuzzTests {

    private static final String[] PIECES = {"", " ", "  ", "\n", "\n  - ", ": ", "{", "}", "[", "]", ",", "'", "\"", "#", "&a ",
            "*a", "!!int ", "${", "${A}", "${A:",
            "#{", "|\n", ">\n", "? ", "---\n", "...\n", "<<: ", "null", "~", "true", "7", "-1", "9999999999999999999999", "1e9",
            "é", "\u0000", "\uFEFF", "\t", "\\", "/",
            "//", "**", "*", "{x}", "%2f", "%", "http://", "file:", "file:\0", "::1", "0x1F", "\uD800"};

    @Test
    void answersWithRoutesOrProblems() throws IOException {
        String good = Files.readString(Path.of("../bench/routes.yml"));
        for (int seed = 0; seed < 2_000; seed++) {
            String yaml = damaged(good, new Random(seed));
            try {
                if (RouteFile.read(yaml,
                        Map.of("A", "${B}")::get) instanceof RouteFileResult.Invalid(List<RouteProblem> problems)) {
                    long lines = yaml.lines().count() + 1;
                    assertThat(problems).as("seed %s", seed)
                            .allMatch(problem -> problem.line() >= 1 && problem.line() <= lines && problem.column() >= 1);
                }
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }

    private static String damaged(String text, Random random) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int from = random.nextInt(damaged.length());
            int to = Math.min(damaged.length(), from + random.nextInt(12));
            damaged.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
        }
        return damaged.toString();
    }
}
