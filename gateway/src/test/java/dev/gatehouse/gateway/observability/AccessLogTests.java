package dev.gatehouse.gateway.observability;

import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.identity.TraceContext;

import static org.assertj.core.api.Assertions.assertThat;

class AccessLogTests {

    @ParameterizedTest
    @ValueSource(strings = {"/orders/7", "/a\"b", "\"", "\\", "/a\\b\"", "/a\nb", "\r\n{\"forged\":true}", "\u001b[31m",
            "/é/\u2028", "/\ud83d\ude00", "\u007f",
            "\u0000"})
    void writesOneLineOfPlainJsonWhateverTheRequestSays(String path) {
        String line = AccessLog.line(new Served(Instant.EPOCH, "r-1", TraceContext.NONE, "198.51.100.1", "GET", path, "orders",
                path, 200, "", "", "", 1, Timing.NONE,
                0, 0, false));
        assertThat(line).matches("[ -~]+");
        JsonNode read = JsonMapper.shared().readTree(line);
        assertThat(read.path("path").asString()).isEqualTo(path);
        assertThat(read.path("user").asString()).isEqualTo(path);
        assertThat(read.path("forged").isMissingNode()).isTrue();
        assertThat(read.path("status").asInt()).isEqualTo(200);
    }
}
