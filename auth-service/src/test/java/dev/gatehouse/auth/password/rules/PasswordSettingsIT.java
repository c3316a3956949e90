package dev.gatehouse.auth.password.rules;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/// A service whose operator wants the composition profile and has a filter of stolen passwords.
final class PasswordSettingsIT {

    private static final String STOLEN = "Stolen123!@#";

    @TempDir
    private static Path folder;

    private static AuthServer server;

    @BeforeAll
    static void start() throws IOException {
        Path download = Files.writeString(folder.resolve("download.txt"),
                HexFormat.of().formatHex(BreachedPasswords.sha1(STOLEN)).toUpperCase(Locale.ROOT) + ":7\n");
        Path filter = folder.resolve("breached.filter");
        assertThat(BuildFilter.run(List.of("build-filter", download.toString(), filter.toString()),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))).isZero();
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_PASSWORD_PROFILE", "composition");
        environment.put("GATEHOUSE_BREACHED_PASSWORDS", filter.toString());
        server = AuthServer.start(environment);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"Test123!@#, 201, ''", "Testing!@#, 400, password.digit", "testing123!, 400, password.upper",
            "TESTING123!, 400, password.lower", "Testing12345, 400, password.special", STOLEN + ", 400, password.breached"})
    void takesWhatTheOperatorAskedFor(String password, int status, String rule) {
        String name = "composed_" + Long.toString(System.nanoTime(), 36);

        Answer answer = server.post("/auth/register",
                AuthServer.registration(name, name + "@example.com").replace(AuthServer.PASSWORD, password));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.json().path("errors").path(0).path("rule").asString("")).isEqualTo(rule);
    }
}
