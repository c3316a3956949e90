package dev.gatehouse.auth.password.format;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.auth.password.ForeignHashes;
import dev.gatehouse.auth.password.ForeignHashes.ForeignHash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class StoredHashTests {

    private static final HashMemory MEMORY = new HashMemory();
    private static final String B43 = "A".repeat(43);

    static Stream<ForeignHash> foreign() {
        return ForeignHashes.all();
    }

    static Stream<ForeignHash> oneOfEachFormat() {
        return ForeignHashes.oneOfEachFormat();
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void verifiesWhatOtherToolsMade(ForeignHash foreign) {
        StoredHash hash = StoredHash.read(foreign.stored());

        assertThat(hash.matches(utf8(foreign.password()), MEMORY)).isTrue();
        assertThat(hash).asString().hasSizeLessThan(40);
    }

    @ParameterizedTest
    @MethodSource("oneOfEachFormat")
    void refusesOtherPasswords(ForeignHash foreign) {
        assertThat(StoredHash.read(foreign.stored()).matches(utf8(foreign.password() + " "), MEMORY)).isFalse();
    }

    // From the self-test of crypt_blowfish 1.3: $2x$ repeats an old mistake with characters beyond ASCII, $2y$ does not.
    @ParameterizedTest
    @CsvSource({"$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e, a3",
            "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq, a3",
            "$2x$05$6bNw2HLQYeqHYyBfLMsv/OiwqTymGIGzFsA4hOTWebfehXHNprcAS, d191"})
    void knowsTheSpellingsOfBcrypt(String text, String hex) {
        assertThat(StoredHash.read(text).matches(HexFormat.of().parseHex(hex), MEMORY)).isTrue();
    }

    @Test
    void writesWhatItReads() {
        Argon2Hash hash = Argon2Hash.create(utf8("correct horse"), new byte[16], MEMORY);

        assertThat(StoredHash.read(hash.phc())).isInstanceOfSatisfying(Argon2Hash.class, read -> {
            assertThat(read.isCurrent()).isTrue();
            assertThat(read.phc()).isEqualTo(hash.phc());
        });
    }

    static Stream<String[]> refused() {
        String argon2 = "$argon2id$v=19$m=%s,t=%s,p=%s$c29tZXNhbHQ$" + B43;
        String keycloak = "{\"secretData\":{\"salt\":\"c29tZXNhbHQ=\",\"value\":\"" + B43 + "=\"},\"credentialData\":%s}";
        return Stream.of(row("", "unknown format"), row("plain text", "unknown format"), row("{noop}secret", "Keycloak"),
                row("$1$salt$hash", "unknown format"), row("$argon2d$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$" + B43, "Argon2"),
                row("x".repeat(5000), "5000 characters"),
                row(argon2.formatted("99999999", "2", "1"), "argon2 memory in KiB: 99999999 is too costly"),
                row(argon2.formatted("9".repeat(400), "2", "1"), "argon2 memory in KiB: 999999999999… (expected: 1024 to"),
                row(argon2.formatted("65536", "17", "1"), "argon2 passes: 17 is too costly"),
                row(argon2.formatted("19456", "0", "1"), "argon2 passes: 0 is too cheap"),
                row(argon2.formatted("64", "2", "1"), "argon2 memory in KiB: 64 is too cheap"),
                row(argon2.formatted("19456", "2", "4096"), "argon2 lanes: 4096 is too costly"),
                row("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAA", "hash: 3 bytes"),
                row("$2b$31$" + "a".repeat(53), "bcrypt cost: 31 is too costly"),
                row("$2b$04$" + "a".repeat(53), "bcrypt cost: 4 is too cheap"), row("$2b$12$short", "bcrypt"),
                row("pbkdf2:sha256:999999999$saltsalt$" + "ab".repeat(32), "pbkdf2 iterations: 999999999 is too costly"),
                row("pbkdf2:sha256:2000000$saltsalt$" + "ab".repeat(64), "pbkdf2 iterations: 2000000 is too costly"),
                row("pbkdf2:sha256:1$saltsalt$" + "ab".repeat(32), "pbkdf2 iterations: 1 is too cheap"),
                row("pbkdf2:md5:1000$saltsalt$" + "ab".repeat(16), "PBKDF2"),
                row("$scrypt$ln=30,r=8,p=1$c29tZXNhbHQ$" + B43, "scrypt ln: 30 is too costly"),
                row("$scrypt$ln=19,r=8,p=1$c29tZXNhbHQ$" + B43, "scrypt N * r: 4194304 is too costly"),
                row("scrypt:16384:8:16000$saltsalt$" + "ab".repeat(32), "scrypt p: 16000 is too costly"),
                row("scrypt:65536:8:16$saltsalt$" + "ab".repeat(32), "scrypt N * r * p: 8388608 is too costly"),
                row("scrypt:1024:1:1$saltsalt$" + "ab".repeat(32), "scrypt N * r: 1024 is too cheap"),
                row("scrypt:16385:8:1$saltsalt$" + "ab".repeat(32), "a power of two"),
                row("$6$rounds=999999999$salt$" + "a".repeat(86), "sha-crypt rounds: 999999999 is too costly"),
                row("$5$rounds=10$salt$" + "a".repeat(43), "sha-crypt rounds: 10 is too cheap"),
                row("$6$salt$" + "a".repeat(43), "SHA-crypt"),
                row("$fbscrypt$v=1,n=25,r=8,p=1,ss=Bw==,sk=" + B43 + "$c29tZXNhbHQ$" + B43, "scrypt ln: 25 is too costly"),
                row(keycloak.formatted("{\"algorithm\":\"pbkdf2-sha256\",\"hashIterations\":100000000}"), "is too costly"),
                row(keycloak.formatted("{\"algorithm\":\"md5\",\"hashIterations\":1}"), "unknown algorithm of Keycloak"),
                row(keycloak.formatted(
                        "{\"algorithm\":\"argon2\",\"hashIterations\":5,\"additionalParameters\":{\"memory\":[\"9999999\"]}}"),
                        "argon2 memory in KiB: 9999999 is too costly"),
                row("{".repeat(2000), "Keycloak"), row("{\"a\":".repeat(300), "Keycloak"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatItCannotAffordOrCannotTrust(String text, String reason) {
        assertThatThrownBy(() -> StoredHash.read(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(reason)
                .hasMessageNotContaining("c29tZXNhbHQ");
    }

    private static String[] row(String text, String reason) {
        return new String[]{text, reason};
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
