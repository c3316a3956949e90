package dev.gatehouse.gateway.routefile;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTable;
import dev.gatehouse.gateway.routes.Routes;

import static org.assertj.core.api.Assertions.assertThat;

/// The files that ship are good, and the accounts' paths lead to the auth service whatever an operator's `/api/**` says.
class ShippedRoutesTests {

    private static Routes valid(String file, Map<String, String> environment) {
        return switch (RouteFile.read(Path.of("..").resolve(file), environment::get)) {
            case RouteFileResult.Valid(Routes routes) -> routes;
            case RouteFileResult.Invalid invalid -> throw new AssertionError(invalid.toString());
        };
    }

    @ParameterizedTest
    @CsvSource({"POST,/register", "POST,/login", "GET,/me", "GET,/profile", "POST,/refresh", "POST,/logout",
            "POST,/api/auth/register", "POST,/api/auth/login",
            "GET,/api/auth/profile", "POST,/api/auth/logout", "GET,/api/auth/verify-token", "GET,/api/auth/auth-server-health",
            "POST,/auth/register",
            "POST,/auth/logout-all", "GET,/auth/health", "GET,/auth/sessions", "GET,/.well-known/jwks.json"})
    void leadsAccountsToTheAuthService(String method, String path) {
        assertThat(valid("routes.yml", Map.of()).table().match("localhost", method, path))
                .isInstanceOfSatisfying(RouteTable.Found.class,
                        found -> assertThat(found.spec().upstreams().getFirst().origin()).hasToString("http://localhost:8081"));
    }

    @ParameterizedTest
    @CsvSource({"POST,/auth/password/forgot,forgot", "POST,/auth/email/resend,email", "POST,/auth/email/change/confirm,email",
            "GET,/auth/email/verify,"})
    void countsWhatSendsMailsForEachAddressOfAClient(String method, String path, String limit) {
        assertThat(valid("routes.yml", Map.of()).table().match("localhost", method, path))
                .isInstanceOfSatisfying(RouteTable.Found.class,
                        found -> assertThat(found.spec().limits()).extracting(LimitSpec::name)
                                .isEqualTo(Stream.ofNullable(limit).toList()));
    }

    @Test
    void readsTheSettingsOfCompose() {
        Routes routes = valid("routes.yml",
                Map.of("GATEHOUSE_JWKS", "http://auth-service:8081/.well-known/jwks.json", "GATEHOUSE_JWKS_INSECURE_HTTP", "true",
                        "GATEHOUSE_AUTH_URL", "http://auth-service:8081", "GATEHOUSE_BACKEND_URL", "http://backend:8082"));
        assertThat(routes.warnings()).singleElement().asString().contains("without TLS");
    }

    @Test
    void shipsTheBenchmarksRoutes() {
        assertThat(valid("bench/routes.yml", Map.of()).routes()).extracting(RouteSpec::id).containsExactly("open", "api",
                "unasserted", "limited");
    }
}
