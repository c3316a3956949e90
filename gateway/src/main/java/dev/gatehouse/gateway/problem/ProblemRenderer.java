package dev.gatehouse.gateway.problem;

import java.util.List;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/// Writes every error body of the gateway; nothing else does. Thread-safe.
public final class ProblemRenderer {

    /// Makes a renderer; it has no state.
    public ProblemRenderer() {}

    /// Ends the exchange with a problem. When the response has been committed it is broken off instead, so that a client never takes a part
    /// for the whole.
    public Mono<Void> render(ServerHttpResponse response, Code code, List<Rejection.Field> fields, String requestId) {
        if (response.isCommitted()) {
            return Mono.error(new Rejection(code));
        }
        return render(response, new Problem(code, requestId), fields);
    }

    /// The same with a sentence of its own, for operators.
    public Mono<Void> render(ServerHttpResponse response, Problem problem, List<Rejection.Field> fields) {
        Code code = problem.code();
        byte[] body = problem.json();
        response.setStatusCode(HttpStatusCode.valueOf(code.status()));
        HttpHeaders headers = response.getHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        headers.setContentLength(body.length);
        for (Rejection.Field field : fields) {
            headers.set(field.name(), field.value());
        }
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }
}
