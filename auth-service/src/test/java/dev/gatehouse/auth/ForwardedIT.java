package dev.gatehouse.auth;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ForwardedIT {

    @Test
    void keepsTheRequestIdOfItsGateway() {
        assertThat(AuthServer.shared().get("/auth/health", "X-Request-Id", "req-12345678").header("X-Request-Id"))
                .isEqualTo("req-12345678");
        assertThat(AuthServer.shared().get("/auth/health", "X-Request-Id", "bad id <>").header("X-Request-Id"))
                .doesNotContain("bad");
    }

    @Test
    void believesNobodyElse() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_GATEWAY_ADDRESSES", "10.0.0.0/8");
        try (AuthServer server = AuthServer.start(environment)) {
            var someone = server.someone();
            var login = server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD), "X-Forwarded-For",
                    "203.0.113.9", "X-Request-Id", "req-12345678");

            assertThat(login.header("X-Request-Id")).isNotEqualTo("req-12345678");
            assertThat(server.get("/auth/sessions", someone.bearer()).response().body()).contains("\"127.0.0.1\"")
                    .doesNotContain("203.0.113.9");
        }
    }
}
