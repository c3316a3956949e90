package dev.gatehouse.auth.settings;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class SettingsReaderTests {

    private static final String KEK = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final Map<String, String> environment = new HashMap<>(
            Map.of("DATABASE_URL", "postgres://u:p@db/gatehouse", "GATEHOUSE_KEK", KEK));

    @Test
    void hasSafeDefaults() {
        Settings settings = read();

        assertThat(settings.port()).isEqualTo(8081);
        assertThat(settings.address()).isEqualTo("127.0.0.1");
        assertThat(settings.managementPort()).isEqualTo(9081);
        assertThat(settings.managementAddress()).isEqualTo("127.0.0.1");
        assertThat(settings.issuer()).isEqualTo("http://localhost:8080");
        assertThat(settings.audience()).isEqualTo("api");
        assertThat(settings.gatewayAddresses()).extracting(AddressRange::toString).containsExactly("127.0.0.1/32",
                "0:0:0:0:0:0:0:1/128");
        assertThat(settings.redisUrl()).isEmpty();
        assertThat(settings.refreshGrace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.hashing().permits()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void reportsEveryProblemAtOnceByName() {
        environment.clear();
        environment.put("GATEHOUSE_AUTH_PORT", "eighty");
        environment.put("GATEHOUSE_ISSUER", "localhost");
        environment.put("REDIS_URL", "http://redis");
        environment.put("GATEHOUSE_GATEWAY_ADDRESSES", "10.0.0.0/99");
        environment.put("GATEHOUSE_REFRESH_GRACE", "61s");

        assertThat(problems()).extracting(problem -> problem.substring(0, problem.indexOf(':'))).containsExactly("DATABASE_URL",
                "GATEHOUSE_KEK", "REDIS_URL", "GATEHOUSE_AUTH_PORT", "GATEHOUSE_ISSUER", "GATEHOUSE_GATEWAY_ADDRESSES",
                "GATEHOUSE_REFRESH_GRACE");
    }

    @Test
    void neverPrintsASecret() {
        environment.put("GATEHOUSE_KEK", "c2VjcmV0");
        environment.put("DATABASE_URL", "postgres://u:hunter2@@db");
        environment.put("REDIS_URL", "redis//:hunter2");

        assertThat(problems().toString()).doesNotContain("c2VjcmV0", "hunter2");
        assertThat(problems()).hasSize(3);
    }

    @Test
    void hidesSecretsWhenItIsPrintedItself() {
        environment.put("REDIS_URL", "redis://:hunter2@redis");

        assertThat(read().toString()).doesNotContain("hunter2", KEK, "u:p");
    }

    @Test
    void takesTheKeyInEitherAlphabet() {
        environment.put("GATEHOUSE_KEK", "-_".repeat(21) + "w");
        Secret url = read().keyEncryptionKey();
        environment.put("GATEHOUSE_KEK", "+/".repeat(21) + "w=");

        assertThat(read().keyEncryptionKey()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({"GATEHOUSE_KEK, not base64!", "GATEHOUSE_AUTH_PORT, 70000", "GATEHOUSE_AUTH_PORT, -1",
            "GATEHOUSE_AUTH_ADDRESS, localhost", "GATEHOUSE_ISSUER, ftp://a", "GATEHOUSE_ISSUER, http://a?b",
            "GATEHOUSE_AUDIENCE, two words", "GATEHOUSE_HASH_PERMITS, 0", "GATEHOUSE_LOG_FORMAT, xml",
            "GATEHOUSE_AUTH_MANAGEMENT_PORT, 8081", "DATABASE_URL, mysql://db/name"})
    void refuses(String name, String value) {
        environment.put(name, value);

        assertThat(problems()).singleElement().asString().startsWith(name + ": ").contains("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({"redis://h:1", "rediss://h", "'redis://a:1,redis://b:2'", "'redis-sentinel://a:1,b:2/0#main'"})
    void takesRedisUrls(String url) {
        environment.put("REDIS_URL", url);

        assertThat(read().redisUrl()).isPresent();
    }

    private Settings read() {
        return ((Settings.Reading.Valid) SettingsReader.read(environment)).settings();
    }

    private List<String> problems() {
        return ((Settings.Reading.Wrong) SettingsReader.read(environment)).problems();
    }
}
