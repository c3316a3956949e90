package dev.gatehouse.gateway.authentication.keys;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.pipeline.LogLines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class KeyArchiveTests {

    private static final URI JWKS = URI.create("https://id.example/keys");
    private static final String KEYS = TestKeys.jwks(TestKeys.EC);
    private static final IssuerKeys.Snapshot SAID = new IssuerKeys.Snapshot(KEYS, TestTokens.NOW);

    @TempDir
    private Path parent;

    private Path folder = Path.of("");
    private KeyArchive archive = new KeyArchive(folder);

    @BeforeEach
    void create() throws IOException {
        folder = Files.createDirectory(parent.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        archive = new KeyArchive(folder);
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(load()).isEmpty();
    }

    @Test
    void remembersWhatWasSaid() throws IOException {
        save(SAID);
        assertThat(load()).contains(SAID);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        assertThat(new KeyArchive(folder).load("https://other.example", JWKS)).isEmpty();
        assertThat(new KeyArchive(folder).load("issuer", URI.create("https://id.example/other"))).isEmpty();
    }

    @Test
    void exchangesOlderForNewerOnly() throws IOException {
        IssuerKeys.Snapshot newer = new IssuerKeys.Snapshot("{}", TestTokens.NOW.plusSeconds(1));
        save(SAID);
        save(newer);
        save(SAID);
        assertThat(load()).contains(newer);
        assertThat(files()).hasSize(1);
    }

    static Stream<Arguments> hostileFiles() {
        return Stream.of(arguments("empty", ""), arguments("half a file", "{\"issuer\":\"issuer\",\"jw"),
                arguments("no JSON", "<html>"), arguments("null", "null"), arguments("a list", "[]"),
                arguments("members missing", "{}"), arguments("members null", "{\"issuer\":null,\"jwks\":null}"),
                arguments("nested endlessly", "[".repeat(100_000)),
                arguments("huge", "{\"issuer\":\"" + "x".repeat(3_000_000) + "\"}"),
                arguments("bytes", "\u0000\u0001\u0002"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void hostileFiles(String why, String content) throws IOException {
        save(SAID);
        Files.writeString(file(), content);
        assertThat(load()).as(why).isEmpty();
        archive = new KeyArchive(folder);
        save(SAID);
        assertThat(load()).as("mended").contains(SAID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec-1", "issuer", "https://id.example/keys", "2026-11-22T12:00:00Z"})
    void damagedFileIsNotBelieved(String part) throws IOException {
        save(SAID);
        Files.writeString(file(), Files.readString(file()).replace(part, part.substring(1) + "0"));
        assertThat(load()).isEmpty();
    }

    @Test
    void readsNoMoreThanTwoMebibytes() throws IOException {
        save(SAID);
        String content = Files.readString(file());
        String padded = content + " ".repeat(2 * 1024 * 1024 - content.length());
        Files.writeString(file(), padded);
        assertThat(load()).contains(SAID);
        Files.writeString(file(), padded + " ");
        assertThat(load()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            null                    | damaged
            {"issuer":"quoted"}     | MismatchedInputException
            {"quoted                | UnexpectedEndOfInputException
            """)
    void tellsWhyButQuotesNothing(String content, String reason) throws IOException {
        save(SAID);
        Files.writeString(file(), content);
        try (LogLines log = LogLines.of(KeyArchive.class)) {
            load();
            assertThat(log.matching(line -> line.contains("reason=\"" + reason + "\""))).hasSize(1)
                    .noneMatch(line -> line.contains("quoted"));
        }
    }

    @Test
    void fileOfAnotherIssuerIsNotBelieved() throws IOException {
        archive.save("https://other.example", JWKS, SAID);
        Path other = file();
        save(SAID);
        Path ours = files().stream().filter(file -> !file.equals(other)).findFirst().orElseThrow();
        Files.write(ours, Files.readAllBytes(other));
        assertThat(load()).isEmpty();
    }

    @Test
    void issuersWhoseNamesRunTogetherStayApart() throws IOException {
        archive.save("a", URI.create("b:c:d"), SAID);
        archive.save("ab:", URI.create("c:d"), SAID);
        assertThat(files()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw----", "rw----rw-", "rw-rw-rw-"})
    void fileThatOthersCanWriteIsNotBelieved(String permissions) throws IOException {
        save(SAID);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));
        assertThat(load()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwxr-xrwx"})
    void folderThatOthersCanWriteIsNotBelieved(String permissions) throws IOException {
        save(SAID);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        assertThat(load()).isEmpty();
        save(new IssuerKeys.Snapshot("{}", TestTokens.NOW.plusSeconds(1)));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThat(load()).as("nothing was written meanwhile").contains(SAID);
    }

    @Test
    void linkIsNotBelieved() throws IOException {
        save(SAID);
        Path file = file();
        Files.createSymbolicLink(file, Files.move(file, parent.resolve("elsewhere")));
        assertThat(load()).isEmpty();
        save(new IssuerKeys.Snapshot("{}", TestTokens.NOW.plusSeconds(1)));
        assertThat(Files.isSymbolicLink(file)).as("exchanged, not written through").isFalse();
    }

    @Test
    void goesOnWithoutItsFolder() throws IOException {
        Files.delete(folder);
        assertThat(load()).isEmpty();
        save(SAID);
        assertThat(load()).isEmpty();
    }

    private void save(IssuerKeys.Snapshot said) {
        archive.save("issuer", JWKS, said);
    }

    private Optional<IssuerKeys.Snapshot> load() {
        return new KeyArchive(folder).load("issuer", JWKS);
    }

    private Path file() throws IOException {
        return files().getFirst();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
