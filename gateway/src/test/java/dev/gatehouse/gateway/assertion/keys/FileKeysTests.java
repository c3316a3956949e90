package dev.gatehouse.gateway.assertion.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Keys from a mounted file: which files are used, and what a change does.
class FileKeysTests {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ECKey ONE = AssertionKey.generate();
    private static final ECKey TWO = AssertionKey.generate();

    @TempDir
    private Path folder;

    private Path write(String text) throws IOException {
        Path file = folder.resolve("keys.json");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private Path write(JWK... keys) throws IOException {
        return write(new JWKSet(List.of(keys)).toString(false));
    }

    private String problem(JWK... keys) throws IOException {
        return FileKeys.problem(write(keys)).orElseThrow();
    }

    @Test
    void firstKeySignsAndAllArePublished() throws Exception {
        FileKeys keys = FileKeys.of(write(TWO, ONE.toPublicJWK()));

        assertThat(keys.known(NOW)).isEqualTo(new Keys(TWO, List.of(TWO, ONE)));
    }

    @Test
    void kidIsTheThumbprintWhateverTheFileSays() throws Exception {
        FileKeys keys = FileKeys.of(write(new ECKey.Builder(ONE).keyID("mine").build()));

        assertThat(keys.known(NOW).published()).extracting(JWK::getKeyID).containsExactly(ONE.computeThumbprint().toString());
    }

    @Test
    void changeTakesEffect() throws Exception {
        FileKeys keys = FileKeys.of(write(ONE));
        write(TWO, ONE);

        assertThat(keys.look(NOW).signer()).isEqualTo(TWO);
        assertThat(keys.trouble()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"EC\"}]}", "null", "[]"})
    void badChangeAltersNothing(String text) throws Exception {
        FileKeys keys = FileKeys.of(write(ONE));
        write(text);

        assertThat(keys.look(NOW).signer()).isEqualTo(ONE);
        assertThat(keys.trouble()).isNotEmpty();
    }

    @Test
    void fileThatIsGoneAltersNothing() throws Exception {
        Path file = write(ONE);
        FileKeys keys = FileKeys.of(file);
        Files.delete(file);

        assertThat(keys.look(NOW).signer()).isEqualTo(ONE);
        assertThat(keys.trouble()).isEqualTo("no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwxr-xr-x"})
    void refusesFilesThatAreOpenToOthers(String mode) throws Exception {
        Path file = write(ONE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThat(FileKeys.problem(file)).contains("open to others than its owner (expected: mode 0400 or 0600)");
    }

    @Test
    void judgesTheFileBehindALink() throws Exception {
        Path file = write(ONE);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThat(FileKeys.problem(link)).isEmpty();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(FileKeys.problem(link)).isNotEmpty();
    }

    @Test
    void refusesOtherKeysThanThoseForEs256() throws Exception {
        String expected = "not a key for ES256";
        assertThat(problem(ONE, new ECKeyGenerator(Curve.P_384).generate())).contains("keys[1]", expected);
        assertThat(problem(new RSAKeyGenerator(2048).generate())).contains("keys[0]", expected);
        assertThat(problem(new ECKey.Builder(ONE).keyUse(KeyUse.ENCRYPTION).build())).contains("keys[0]", expected);
    }

    @Test
    void refusesASignerThatNobodyCanCheck() throws Exception {
        ECKey mixed = new ECKey.Builder(Curve.P_256, ONE.getX(), ONE.getY()).d(TWO.getD()).build();

        assertThat(problem(mixed)).contains("keys[0]: signs nothing that its public half verifies");
        assertThat(problem(ONE.toPublicJWK())).contains("keys[0]: signs nothing");
    }

    @Test
    void tellsNothingOfWhatItRead() throws Exception {
        String secret = ONE.getD().toString();
        Path file = write("{\"keys\":[{\"d\":\"" + secret + "\"");

        assertThat(FileKeys.problem(file).orElseThrow()).doesNotContain(secret);
    }

    @Test
    void refusesAFileThatIsMissingOrTooLong() throws Exception {
        assertThat(FileKeys.problem(folder.resolve("none"))).contains("no such file");
        assertThat(FileKeys.problem(write(" ".repeat(70_000)))).contains("longer than 64 KiB");
    }
}
