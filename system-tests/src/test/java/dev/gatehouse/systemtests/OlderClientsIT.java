package dev.gatehouse.systemtests;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Gateway;
import dev.gatehouse.systemtests.harness.Program;

import static org.assertj.core.api.Assertions.assertThat;

/// Tokens under a shared secret, and Ed25519 signatures, through both jars: an auth service with `JWT_SECRET` that signs with EdDSA, and a gateway
/// of which one route takes tokens under the secret.
@Tag("slow")
class OlderClientsIT {

    private static final String SECRET = "the secret of the system that is replaced";
    private static final String ISSUER = "  older: { issuer: \"http://localhost:8080/hs256\", shared-key: \"${JWT_SECRET}\" }\n";
    private static final String ROUTE = "  - { id: reports, match: { path: /api/reports }, upstream: \"${GATEHOUSE_BACKEND_URL}\","
            + " access: signed-in, issuers: [gatehouse, older] }\n";
    private static final String ROUTES = Gatehouse.shippedRoutes().replace("algorithms: [ES256, RS256]", "algorithms: [EdDSA]")
            .replace("\n# What holds for a route", ISSUER + "\n# What holds for a route")
            .replace("  # More specific than /api/**", ROUTE + "  # More specific than /api/**");

    private static final Map<String, String> SETTINGS = new HashMap<>();
    private static Program auth;
    private static Gateway gateway;
    private static Client client;

    @BeforeAll
    static void start() {
        Gatehouse gatehouse = Gatehouse.shared();
        int port = FreePorts.next();
        SETTINGS.putAll(gatehouse.authSettings());
        SETTINGS.putAll(Map.of("DATABASE_URL", gatehouse.postgres().freshDatabase(), "GATEHOUSE_SIGNING_ALGORITHM", "EdDSA",
                "JWT_SECRET", SECRET, "GATEHOUSE_AUTH_PORT", "" + port));
        auth = Gatehouse.authCommand(List.of(), SETTINGS);
        await(() -> new Client(port).serves("/auth/health"));
        String url = "http://127.0.0.1:" + port;
        gateway = gatehouse.startGateway(
                Map.of("JWT_SECRET", SECRET, "GATEHOUSE_AUTH_URL", url, "GATEHOUSE_JWKS", url + "/.well-known/jwks.json"));
        client = gateway.client();
        gateway.rewriteRoutes(ROUTES);
        Account.Tokens somebody = Account.signUp(client);
        await(() -> client.get("/api/reports", somebody.access()).status() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        auth.close();
    }

    @Test
    void anEd25519SignatureIsTakenEverywhere() {
        String token = Account.signUp(client).access();

        assertThat(header(token)).contains("\"alg\":\"EdDSA\"");
        for (String path : new String[]{"/api/hello", "/api/reports", "/auth/me", "/me"}) {
            assertThat(client.get(path, token).verdict()).as(path).isEqualTo("200");
        }
    }

    @Test
    void anOlderClientUsesItsTokenWhereTheIssuerIsNamedAndNowhereElse() {
        Account account = Account.register(client);
        Answer answer = client.post("/login", account.credentials());
        String token = answer.text("token");

        assertThat(header(token)).contains("\"alg\":\"HS256\"");
        assertThat(header(answer.text("access_token"))).contains("\"alg\":\"EdDSA\"");
        assertThat(client.get("/api/reports", token).verdict()).isEqualTo("200");
        assertThat(client.get("/me", token).text("username")).isEqualTo(account.username());
        assertThat(client.get("/api/hello", token).verdict()).isEqualTo("401 auth.invalid");
        assertThat(client.get("/auth/me", token).verdict()).isEqualTo("401 auth.invalid");
    }

    @Test
    void signingOutEndsOlderTokensAtTheGateway() {
        Account account = Account.register(client);
        String token = client.post("/login", account.credentials()).text("token");
        assertThat(client.get("/api/reports", token).verdict()).isEqualTo("200");

        assertThat(client.post("/logout", token).status()).isEqualTo(204);

        await(() -> client.get("/api/reports", token).verdict().equals("401 auth.revoked"));
    }

    @Test
    void tokensOfCompromisedKeysAreWorthNothingOnceTheGatewayHasAskedForTheKeys() {
        Account.Tokens before = Account.signUp(client);
        assertThat(client.get("/api/hello", before.access()).verdict()).isEqualTo("200");

        assertThat(Gatehouse.authCommand(List.of("keys", "rotate", "--compromised"), SETTINGS).exitStatus()).isZero();
        await(() -> client.get("/auth/me", before.access()).status() == 401); // the service itself follows within a second
        assertThat(gateway.management().call("POST", "/operator/issuers/gatehouse/refresh", Map.of(), "").status())
                .isEqualTo(202);

        await(() -> client.get("/api/hello", before.access()).verdict().equals("401 auth.invalid"));
        await(() -> client.get("/api/hello", before.renew(client).access()).verdict().equals("200"));
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        assertThat(Deadline.in(Duration.ofSeconds(60)).await(condition)).isTrue();
    }

    private static String header(String token) {
        return new String(Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), StandardCharsets.UTF_8);
    }
}
