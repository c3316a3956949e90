package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;

/// What a caller sees of the access rules of a running gateway.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessRulesIT {

    private TestUpstream upstream;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = TestUpstream.start();
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        gateway = TestGateway
                .start("""
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api] }
                        routes:
                          - id: pay
                            match: { path: /pay }
                            upstream: %s
                            access: { all: [ { any: [ { roles: [payer] }, { claim: plan, in: [pro, 7] } ] }, { not: { claim: banned, is: true } },
                                      { scopes: [orders:write] }, { acr: ["urn:mfa", gold] }, { max-age: 10m } ] }
                            tests:
                              - { request: GET /pay, expect: 401 }
                              - { request: GET /pay, as: { roles: [payer], scopes: [orders:write] }, expect: 401 }
                              - { request: GET /pay, as: { roles: [payer], scopes: [orders:write], acr: gold, auth-age: 601s }, expect: 401 }
                              - { request: GET /pay, as: { roles: [payer], scopes: [orders:write], acr: gold, auth-age: 10m }, expect: forward }
                              - { request: GET /pay, as: { roles: [payer], acr: gold, auth-age: 0s }, expect: 403 }
                              - { request: GET /pay, as: { scopes: [orders:write], acr: gold, auth-age: 0s, claims: { plan: 7 } }, expect: forward }
                        """
                        .formatted(keys, upstream.url()), Map.of());
    }

    @AfterAll
    void stop() {
        gateway.close();
        upstream.close();
    }

    private static TestTokens payer() {
        Instant now = Instant.now();
        return TestTokens.validAt(now).claim("roles", List.of("payer")).claim("acr", "gold").claim("auth_time",
                now.getEpochSecond());
    }

    private HttpResponse<String> pay(TestTokens token) throws IOException, InterruptedException {
        return gateway.get("/pay", "Authorization", "Bearer " + token.signed());
    }

    private String explained(TestTokens token) throws IOException, InterruptedException {
        return gateway
                .send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/operator/explain"))
                        .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers
                                .ofString("{\"method\":\"GET\",\"path\":\"/pay\",\"token\":\"" + token.signed() + "\"}")))
                .body();
    }

    @Test
    void letsInWhoMeetsTheRule() throws Exception {
        assertThat(pay(payer()).statusCode()).isEqualTo(200);
        assertThat(pay(payer().without("roles").claim("plan", 7)).statusCode()).isEqualTo(200);
    }

    @Test
    void asksForAStrongerSignInWhenNothingElseIsMissing() throws Exception {
        for (TestTokens token : List.of(payer().without("auth_time"), payer().claim("acr", "pwd"),
                payer().claim("auth_time", Instant.now().getEpochSecond() - 610))) {
            HttpResponse<String> answer = pay(token);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("\"code\":\"auth.step_up\"");
            assertThat(answer.headers().allValues("WWW-Authenticate")).containsExactly(
                    "Bearer realm=\"gatehouse\", error=\"insufficient_user_authentication\", acr_values=\"urn:mfa gold\", max_age=\"600\"");
        }
    }

    @Test
    void deniesWhoLacksMore() throws Exception {
        HttpResponse<String> banned = pay(payer().claim("banned", true).without("acr"));
        assertThat(banned.statusCode()).isEqualTo(403);
        assertThat(banned.body()).contains("\"code\":\"access.denied\"").doesNotContain("banned");
        assertThat(banned.headers().allValues("WWW-Authenticate")).isEmpty();
        assertThat(pay(payer().claim("scope", "none").without("acr")).headers().allValues("WWW-Authenticate")).containsExactly(
                "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"orders:write\"");
    }

    /// Whoever is not known to be banned and not known to be free of it stays outside, and operators read why.
    @Test
    void deniesWhoseClaimHasAnotherForm() throws Exception {
        for (Object form : List.of("true", "false", 1, 0, List.of("no"), List.of(List.of()), Map.of())) {
            HttpResponse<String> answer = pay(payer().claim("banned", form));
            assertThat(answer.statusCode()).as("banned: %s", form).isEqualTo(403);
            assertThat(explained(payer().claim("banned", form))).as("banned: %s", form).contains("\"code\":\"access.denied\"",
                    "not (claim banned is true) (a claim has another form)");
        }
        for (Object form : List.of(false, List.of(), List.of(false))) {
            assertThat(pay(payer().claim("banned", form)).statusCode()).as("banned: %s", form).isEqualTo(200);
        }
    }

    @Test
    void asksAnonymousCallersToSignIn() throws Exception {
        assertThat(gateway.get("/pay").body()).contains("\"code\":\"auth.missing\"");
    }
}
