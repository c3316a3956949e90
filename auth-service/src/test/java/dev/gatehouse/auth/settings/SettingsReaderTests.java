package dev.gatehouse.auth.settings;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        assertThat(settings.broker()).isEmpty();
        assertThat(settings.smtp()).isEmpty();
        assertThat(settings.refreshGrace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.keys().algorithm()).isEqualTo(KeySettings.Algorithm.ES256);
        assertThat(settings.keys().schedule())
                .isEqualTo(new KeySettings.Schedule(Duration.ofDays(30), Duration.ofHours(24), Duration.ofHours(24)));
        assertThat(settings.keys().encryption().others()).isEmpty();
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RABBITMQ_HOST=rabbit                              | RABBITMQ_PASSWORD
            RABBITMQ_HOST=127.0.0.1 RABBITMQ_PORT=0           | RABBITMQ_PORT
            RABBITMQ_HOST=127.0.0.1 RABBITMQ_TLS=yes          | RABBITMQ_TLS
            RABBITMQ_HOST=127.0.0.1 RABBITMQ_QUEUE=amq.direct | RABBITMQ_QUEUE
            RABBITMQ_HOST=127.0.0.1 RABBITMQ_USER=other       | RABBITMQ_PASSWORD
            SMTP_URL=http://mail                              | SMTP_URL
            SMTP_URL=smtp://user@mail                         | SMTP_URL
            SMTP_URL=smtp://mail/path                         | SMTP_URL
            SMTP_URL=mail:25                                  | SMTP_URL
            SMTP_URL=smtp://mail GATEHOUSE_MAIL_FROM=a        | GATEHOUSE_MAIL_FROM
            GATEHOUSE_MAIL_TEMPLATES=/nowhere/at/all          | GATEHOUSE_MAIL_TEMPLATES
            GATEHOUSE_ADMIN_EMAIL=root                        | GATEHOUSE_ADMIN_EMAIL
            GATEHOUSE_ADMIN_MAX_AGE=0m                        | GATEHOUSE_ADMIN_MAX_AGE
            GATEHOUSE_ADMIN_MAX_AGE=15                        | GATEHOUSE_ADMIN_MAX_AGE
            GATEHOUSE_DIAGNOSTICS=yes                         | GATEHOUSE_DIAGNOSTICS
            OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318        | OTEL_EXPORTER_OTLP_ENDPOINT
            OTEL_EXPORTER_OTLP_HEADERS=key                    | OTEL_EXPORTER_OTLP_HEADERS
            OTEL_TRACES_SAMPLER_ARG=2                         | OTEL_TRACES_SAMPLER_ARG
            OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_EXPORTER_OTLP_PROTOCOL=grpc | OTEL_EXPORTER_OTLP_PROTOCOL
            """)
    void refusesWhatCannotBe(String settings, String name) {
        for (String setting : settings.split(" ", -1)) {
            environment.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }

        assertThat(problems()).singleElement().asString().startsWith(name + ": ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            smtp://mail.example             | mail.example:25  | IF_OFFERED | ''
            smtp://u:p%40q@mail.example     | mail.example:587 | STARTTLS   | p@q
            smtp://u:p@localhost:1025       | localhost:1025   | IF_OFFERED | p
            smtp+starttls://mail.example    | mail.example:587 | STARTTLS   | ''
            smtps://u:p+q@mail.example:4650 | mail.example:4650| TLS        | p+q
            """)
    void readsMailServers(String url, String server, SmtpSettings.Security security, String password) {
        environment.put("SMTP_URL", url);

        SmtpSettings smtp = read().smtp().orElseThrow();

        assertThat(smtp).hasToString(server);
        assertThat(smtp.security()).isEqualTo(security);
        assertThat(smtp.login().map(login -> new String(login.password().reveal(), StandardCharsets.UTF_8)).orElse(""))
                .isEqualTo(password);
        assertThat(smtp.from()).isEqualTo("no-reply@localhost");
    }

    @Test
    void makesNobodyAnAdministratorAndHasNoDiagnosticsUnlessToldTo() {
        assertThat(read().administration())
                .isEqualTo(new Settings.Administration(Optional.empty(), java.time.Duration.ofMinutes(15), false));
        environment.put("GATEHOUSE_ADMIN_EMAIL", "Root@Example.com");
        assertThat(read().administration().firstAdmin()).contains("root@example.com");
    }

    @Test
    void sendsSpansWhereOpenTelemetrysVariablesSay() {
        assertThat(read().tracing().endpoint()).isEmpty();
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");
        environment.put("OTEL_EXPORTER_OTLP_HEADERS", "x-key=hunter2, x-tenant=a=b");

        Settings.Tracing tracing = read().tracing();

        assertThat(tracing.endpoint()).hasValue(URI.create("http://collector:4318/v1/traces"));
        assertThat(tracing.headers().keySet()).containsExactlyInAnyOrder("x-key", "x-tenant");
        assertThat(new String(tracing.headers().get("x-tenant").reveal(), StandardCharsets.UTF_8)).isEqualTo("a=b");
        assertThat(tracing).asString().doesNotContain("hunter2");
        environment.put("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://other/spans");
        assertThat(read().tracing().endpoint()).hasValue(URI.create("https://other/spans"));
    }

    @Test
    void sendsEventsToRabbitMqsOwnDefaultsOnThisMachine() {
        environment.put("RABBITMQ_HOST", "localhost");

        BrokerSettings broker = read().broker().orElseThrow();

        assertThat(broker.port()).isEqualTo(5672);
        assertThat(broker.queue()).isEqualTo("auth-events");
        assertThat(broker.virtualHost()).isEqualTo("/");
        assertThat(broker.user()).isEqualTo("guest");
    }

    @Test
    void neverPrintsASecret() {
        environment.put("GATEHOUSE_KEK", "c2VjcmV0");
        environment.put("DATABASE_URL", "postgres://u:hunter2@@db");
        environment.put("REDIS_URL", "redis//:hunter2");
        environment.put("SMTP_URL", "smtp://u:hunter2@@mail");
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://u:hunter2 @collector");

        assertThat(problems().toString()).doesNotContain("c2VjcmV0", "hunter2");
        assertThat(problems()).hasSize(5);
    }

    @Test
    void hidesSecretsWhenItIsPrintedItself() {
        environment.put("REDIS_URL", "redis://:hunter2@redis");
        environment.put("SMTP_URL", "smtp://u:hunter2@mail");
        environment.put("RABBITMQ_HOST", "rabbit");
        environment.put("RABBITMQ_PASSWORD", "hunter2");

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
            "GATEHOUSE_PASSWORD_PROFILE, strict", "GATEHOUSE_LOCKOUT, never", "GATEHOUSE_LOGIN_FLOOR, 3000ms",
            "GATEHOUSE_LOGIN_FLOOR, 1s", "GATEHOUSE_BREACHED_PASSWORDS, /nowhere/at.all",
            "GATEHOUSE_KEK_OLD, short", "JWT_SECRET, thirty-one bytes are not enough", "GATEHOUSE_SIGNING_ALGORITHM, HS256",
            "GATEHOUSE_SIGNING_ALGORITHM, none",
            "GATEHOUSE_KEY_ROTATION, 1h", "GATEHOUSE_KEY_ROTATION, 30", "GATEHOUSE_KEY_PUBLISHED, 0h",
            "GATEHOUSE_KEY_RETIRED, 31d",
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
