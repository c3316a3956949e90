package dev.gatehouse.auth.password.rules;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class BreachedFilterTests {

    private static final int MANY = 50_000;

    @TempDir
    private Path folder;

    @Test
    void knowsEveryPasswordOfTheDownloadAndFewOthers() throws IOException {
        Path filter = build(file(lines(MANY)));

        try (BreachedFilter breached = BreachedFilter.open(filter)) {
            assertThat(IntStream.range(0, MANY)).allMatch(i -> breached.contains(BreachedPasswords.sha1("stolen " + i)));
            long mistakes = IntStream.range(0, MANY).filter(i -> breached.contains(BreachedPasswords.sha1("good " + i))).count();
            assertThat(mistakes).isBetween(MANY / 2000L, MANY / 500L); // one in a thousand, more or less
        }
        assertThat(Files.size(filter)).isLessThan(MANY * 14 / 8 + 3 * 4096);
    }

    @Test
    void readsAFolderOfRanges() throws IOException {
        for (String line : lines(300).toList()) {
            Files.writeString(folder.resolve(line.substring(0, 5) + ".txt"), line.substring(5) + "\r\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        Files.writeString(folder.resolve("README"), "not a range");

        try (BreachedFilter breached = BreachedFilter.open(build(folder))) {
            assertThat(IntStream.range(0, 300)).allMatch(i -> breached.contains(BreachedPasswords.sha1("stolen " + i)));
        }
    }

    @Test
    void leavesOutWhatWasSeenRarely() throws IOException {
        Path filter = folder.resolve("f");
        Path source = file(Stream.of(hex("rare") + ":2", hex("often") + ":3").sorted());

        assertThat(run("build-filter", source.toString(), filter.toString(), "--least-count", "3")).isZero();
        try (BreachedFilter breached = BreachedFilter.open(filter)) {
            assertThat(breached.contains(BreachedPasswords.sha1("often"))).isTrue();
            assertThat(breached.contains(BreachedPasswords.sha1("rare"))).isFalse();
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(Arguments.of("0".repeat(32) + ":1", "line 1: is not a hash"),
                Arguments.of("hello", "line 1: is not a hash"),
                Arguments.of("0".repeat(40) + ":x", "line 1: is not a hash"),
                Arguments.of("z".repeat(40) + ":1", "is not a hash"),
                Arguments.of("0".repeat(5000), "line 1: is not a hash"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void saysWhichLineIsWrong(String line, String reason) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path target = folder.resolve("f");

        int exit = BuildFilter.run(List.of("build-filter", file(Stream.of(line)).toString(), target.toString()),
                new PrintStream(out));

        assertThat(exit).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(reason);
        assertThat(target).doesNotExist();
    }

    @Test
    void refusesADownloadThatIsNotInOrder() throws IOException {
        List<String> unsorted = lines(MANY / 5).toList().reversed();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path target = folder.resolve("f");

        assertThat(BuildFilter.run(List.of("build-filter", file(unsorted.stream()).toString(), target.toString()),
                new PrintStream(out))).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("out of order");
        assertThat(folder.resolve("f.unfinished")).doesNotExist();
    }

    @Test
    void saysHowItIsCalled() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("build-filter", "only-one")).isEqualTo(2);
        assertThat(run("build-filter", "a", "b", "--bits", "99")).isEqualTo(2);
        assertThat(run("build-filter", "a", "b", "--bits")).isEqualTo(2);
        assertThat(run("build-filter", folder.resolve("nothing").toString(), folder.resolve("f").toString())).isEqualTo(1);
    }

    @Test
    void refusesFilesThatAreNoWholeFilter() throws IOException {
        Path whole = build(file(lines(5000)));
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        Files.write(folder.resolve("text"), "hello".repeat(5000).getBytes(StandardCharsets.UTF_8));
        Files.write(folder.resolve("empty"), new byte[0]);

        assertThat(List.of("cut", "text", "empty"))
                .allSatisfy(name -> assertThatThrownBy(() -> BreachedFilter.open(folder.resolve(name)))
                        .isInstanceOf(IOException.class));
    }

    private Path build(Path source) {
        Path target = folder.resolve("breached.filter");
        assertThat(run("build-filter", source.toString(), target.toString())).isZero();
        return target;
    }

    private Path file(Stream<String> lines) throws IOException {
        return Files.write(folder.resolve("pwned.txt"), lines.toList());
    }

    private static Stream<String> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> hex("stolen " + i) + ":" + (i + 1)).sorted();
    }

    private static String hex(String password) {
        return HexFormat.of().withUpperCase().formatHex(BreachedPasswords.sha1(password));
    }

    private static int run(String... arguments) {
        return BuildFilter.run(List.of(arguments), new PrintStream(new ByteArrayOutputStream()));
    }
}
