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
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void logsTheTraceOfItsGateway() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        try (AccessLog log = new AccessLog()) {
            AuthServer.shared().get("/auth/health", "X-Request-Id", "req-of-trace-1", "traceparent",
                    "00-" + trace + "-b7ad6b7169203331-01");
            AuthServer.shared().get("/auth/health", "X-Request-Id", "req-of-trace-2", "traceparent", "00-zz-1-01");

            assertThat(log.line(line -> line.contains("req-of-trace-1"))).contains(" trace_id=" + trace);
            assertThat(log.line(line -> line.contains("req-of-trace-2"))).doesNotContain("trace_id");
        }
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
