package dev.gatehouse.auth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

final class ManagementIT {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`(?:gatehouse|auth|hikaricp|http)_[^|]*) \\|([^|]*)\\|");
    private static final Pattern WORD = Pattern.compile("`([a-z0-9_]+)`");
    private static final Map<String, String> ELSEWHERE = Map.of("gatehouse_hs256_total", "only with JWT_SECRET: SharedSecretIT",
            "gatehouse_mail_total", "only with SMTP_URL: MailSendingIT", "gatehouse_password_upgrade_total",
            "only with foreign hashes: ForeignHashesIT");

    private final AuthServer server = AuthServer.shared();

    @ParameterizedTest
    @CsvSource({"/actuator/health/liveness, UP", "/actuator/health/readiness, UP"})
    void showsHealth(String path, String expected) throws Exception {
        assertThat(management(path)).contains(expected);
    }

    @Test
    void hasTheMetricsThatTheDocumentationNames() throws Exception {
        SignedIn someone = server.someone();
        server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
        String scrape = management("/actuator/prometheus");
        List<MatchResult> rows = ROW.matcher(documentation()).results().toList();

        assertThat(rows).hasSizeGreaterThan(7);
        rows.stream().flatMap(row -> WORD.matcher(row.group(1)).results()).map(word -> word.group(1))
                .filter(name -> !ELSEWHERE.containsKey(name))
                .forEach(name -> assertThat(scrape).containsPattern("(?m)^" + name));
    }

    @Test
    void hasNoLabelThatSomebodyTyped() throws Exception {
        String typed = "typed" + Long.toString(System.nanoTime(), 36);
        SignedIn someone = server.someone();
        server.get("/auth/" + typed);
        server.get("/" + typed + "?" + typed + "=1", someone.bearer());
        server.get("/auth/sessions?cursor=" + typed, someone.bearer());
        server.delete("/auth/sessions/" + typed, someone.bearer());
        server.post("/auth/login", AuthServer.login(typed, typed), "User-Agent", typed, "X-Request-Id", typed);
        server.send(server.request("/auth/login").method(typed.toUpperCase(java.util.Locale.ROOT),
                HttpRequest.BodyPublishers.noBody()));

        assertThat(management("/actuator/prometheus")).doesNotContainIgnoringCase(typed);
    }

    /// What is in the registry under our names has the labels of the table and no others.
    @Test
    void hasTheLabelsThatTheDocumentationNames() throws Exception {
        server.post("/auth/refresh", AuthServer.refresh(server.someone().refreshToken()));
        server.post("/auth/refresh", AuthServer.refresh("rt1_x"));
        server.post("/auth/login", AuthServer.login("nobody_here", "wrong password"));
        String documentation = documentation();

        List<Meter> ours = server.bean(MeterRegistry.class).getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("gatehouse.")).toList();

        assertThat(ours).hasSizeGreaterThan(3).allSatisfy(meter -> {
            String name = meter.getId().getName().replace('.', '_');
            MatchResult row = ROW.matcher(documentation).results().filter(each -> each.group(1).contains("`" + name)).findFirst()
                    .orElseThrow(() -> new AssertionError(name + " is not documented"));
            for (Tag label : meter.getId().getTags()) {
                assertThat(row.group(2)).as(name).contains("`" + label.getKey() + "`");
                if (!label.getKey().equals("kind")) {
                    assertThat(row.group(2)).as(name).contains("`" + label.getValue() + "`");
                }
            }
        });
    }

    private String management(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.managementPort() + path)).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }

    private static String documentation() throws IOException {
        return Files.readString(Path.of("../docs/auth-service.md"));
    }
}
