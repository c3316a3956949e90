package dev.gatehouse.gateway.pipeline;

import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/// What the gateway says when it refuses.
final class Problems {

    private Problems() {}

    static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1);
        String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(answer.body()).contains("\"type\":\"", "\"title\":\"", "\"detail\":\"", "\"status\":" + status,
                "\"code\":\"" + code + '"',
                "\"requestId\":\"" + id + '"');
    }

    /// Asks for what fails, until the gateway leaves that upstream alone.
    static void assertOpens(TestGateway gateway, String path) throws Exception {
        HttpResponse<String> answer = gateway.get(path);
        for (int i = 0; i < 60 && answer.statusCode() == 502; i++) {
            answer = gateway.get(path);
        }
        assertProblem(answer, 503, "upstream.open");
        assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 60);
    }
}
