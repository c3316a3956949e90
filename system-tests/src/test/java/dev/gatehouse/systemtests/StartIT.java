package dev.gatehouse.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Program;

import static org.assertj.core.api.Assertions.assertThat;

/// What an operator reads when something is set wrongly: all of it at once, and no secret.
class StartIT {

    private static final String FIVE_MISTAKES = """
            version: 1
            issuers:
              main: { issuer: "https://i.example", jwks: "https://i.example/jwks", audiences: [api] }
            routes:
              - id: one
                match: { path: /one/** }
                upstream: ftp://files.example
                access: public
              - id: two
                match: { path: /two/** }
                upstream: http://two.example
              - id: three
                match: { path: /three/** }
                upstream: http://three.example
                access: public
                timeout: soon
              - id: three
                match: { path: /four/** }
                upstream: http://four.example
                access: public
              - id: five
                match: { path: /five/** }
                upstream: http://five.example
                access: public
                acess: public
            """;

    @Test
    void gatewayListsEveryMistakeOfRoutesWithItsLine() throws IOException {
        Path routes = Files.writeString(Gatehouse.newFolder("mistakes").resolve("routes.yml"), FIVE_MISTAKES);

        try (Program gateway = Gatehouse.gatewayCommand(Map.of("GATEHOUSE_ROUTES", routes.toString()))) {
            assertThat(gateway.exitStatus()).isEqualTo(1);
            List<String> problems = gateway.output().lines().filter(line -> line.matches("\\d+:\\d+ .*")).toList();
            assertThat(problems.stream().map(line -> line.replaceFirst(":.*", "")))
                    .containsExactlyInAnyOrder("7", "9", "16", "17", "25");
            assertThat(gateway.output()).doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void gatewayNamesEveryWrongSetting() {
        Map<String, String> wrong = Map.of("GATEHOUSE_PORT", "http", "GATEHOUSE_MANAGEMENT_PORT", "99999", "REDIS_URL",
                "http://:hunter2@redis:6379");

        try (Program gateway = Gatehouse.gatewayCommand(wrong)) {
            assertThat(gateway.exitStatus()).isEqualTo(1);
            assertThat(gateway.output()).contains(wrong.keySet()).doesNotContain("hunter2", "\tat ");
        }
    }

    @Test
    void authServiceNamesEverySettingThatIsMissing() {
        try (Program auth = Gatehouse.authCommand(List.of(), Map.of("DATABASE_URL", "", "GATEHOUSE_KEK", ""))) {
            assertThat(auth.exitStatus()).isEqualTo(1);
            assertThat(auth.output()).contains("DATABASE_URL", "GATEHOUSE_KEK").doesNotContain("\tat ");
        }
    }

    @Test
    void authServiceTellsNoSecretOfAWrongSetting() {
        Map<String, String> wrong = Map.of("DATABASE_URL", "mysql://app:hunter2@db/app", "GATEHOUSE_KEK", "hunter2",
                "REDIS_URL", "http://:hunter2@redis", "GATEHOUSE_AUTH_PORT", "http");

        try (Program auth = Gatehouse.authCommand(List.of(), wrong)) {
            assertThat(auth.exitStatus()).isEqualTo(1);
            assertThat(auth.output()).contains(wrong.keySet()).doesNotContain("hunter2", "\tat ");
        }
    }
}
