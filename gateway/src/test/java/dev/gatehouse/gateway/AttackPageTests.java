package dev.gatehouse.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Keeps `docs/attacks.md` true: every test that it names is there, and none of the 42 rows is without one.
class AttackPageTests {

    private static final Path PAGE = Path.of("../docs/attacks.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:IT|Tests))(?:#(\\w+))?`");

    @Test
    void namesATestForEachRow() throws IOException {
        List<Integer> played = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            String number = line.startsWith("| ") ? line.substring(2, line.indexOf(' ', 2)) : "";
            if (number.matches("\\d+") && TEST.matcher(line).find()) {
                played.add(Integer.valueOf(number));
            }
        }
        assertThat(played).containsExactlyElementsOf(IntStream.rangeClosed(1, 42).boxed().toList());
    }

    @Test
    void namesNoTestThatIsNotThere() throws IOException {
        Map<String, String> sources = sources();
        Matcher named = TEST.matcher(Files.readString(PAGE));
        List<String> missing = new ArrayList<>();
        while (named.find()) {
            String source = sources.getOrDefault(named.group(1), "");
            boolean found = named.group(2) == null ? !source.isEmpty() : source.contains(" void " + named.group(2) + "(");
            if (!found) {
                missing.add(named.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }
}
