package dev.gatehouse.gateway.operator;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.explain.DataReport;
import dev.gatehouse.gateway.explain.Explainer;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Problem;

/// `/operator/…`: JSON in, JSON out, problems as everywhere else, here with the field that is wrong. The work is done on a thread that may wait, as the
/// event loops are those of traffic. Thread-safe.
final class OperatorEndpoints {

    // A header section of 16 KiB, its escapes, and a token besides.
    private static final int MAX_BODY = 64 * 1024;

    private final Explainer explainer;
    private final boolean tls;
    private final Supplier<Map<String, Object>> routes;
    private final Supplier<Map<String, Object>> issuers;
    private final Predicate<String> refresh;
    private final Assertions assertions;
    private final JsonMapper json = JsonMapper.builder().build();

    /// @param tls whether connections to the public port are encrypted
    /// @param refresh asks the issuer of that id for its keys; false: there is none
    /// @param assertions whose keys operators may exchange
    OperatorEndpoints(Explainer explainer, boolean tls, Supplier<Map<String, Object>> routes,
            Supplier<Map<String, Object>> issuers, Predicate<String> refresh, Assertions assertions) {
        this.explainer = explainer;
        this.tls = tls;
        this.routes = routes;
        this.issuers = issuers;
        this.refresh = refresh;
        this.assertions = assertions;
    }

    RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route(RequestPredicates.POST("/operator/explain"), this::explain)
                .andRoute(RequestPredicates.GET("/operator/routes"), _ -> data(routes))
                .andRoute(RequestPredicates.GET("/operator/issuers"), _ -> data(issuers))
                .andRoute(RequestPredicates.POST("/operator/issuers/{id}/refresh"), this::refresh)
                .andRoute(RequestPredicates.GET("/operator/assertion-keys"), _ -> data(this::keys))
                .andRoute(RequestPredicates.POST("/operator/assertion-keys/rotate"), _ -> exchange(assertions::rotate))
                .andRoute(RequestPredicates.POST("/operator/assertion-keys/drop"), _ -> exchange(assertions::drop))
                .andRoute(RequestPredicates.path("/operator/{*rest}"),
                        _ -> problem(Code.ROUTE_NONE, "No operator endpoint is here."))
                .filter((request, next) -> next.handle(request).onErrorResume(OperatorEndpoints::refused));
    }

    private Mono<ServerResponse> explain(ServerRequest request) {
        if (!request.headers().contentType().map(MediaType.APPLICATION_JSON::isCompatibleWith).orElse(false)) {
            return problem(Code.REQUEST_MEDIA_TYPE, "Content-Type: expected application/json");
        }
        return DataBufferUtils.join(request.body(BodyExtractors.toDataBuffers()), MAX_BODY).map(OperatorEndpoints::bytes)
                .defaultIfEmpty(new byte[0]).publishOn(Schedulers.boundedElastic())
                .flatMap(body -> explainer.explain(ExplainBody.read(json, body, tls)))
                .flatMap(explanation -> json(HttpStatus.OK, DataReport.of(explanation)));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Mono<ServerResponse> refresh(ServerRequest request) {
        String id = request.pathVariable("id");
        return Mono.fromCallable(() -> refresh.test(id)).subscribeOn(Schedulers.boundedElastic())
                .flatMap(known -> known
                        ? json(HttpStatus.ACCEPTED, Map.of("issuer", id, "refresh", "started"))
                        : problem(Code.ROUTE_NONE, "issuer: none of this id (GET /operator/issuers lists them)"));
    }

    /// @param exchange says why nothing was changed; empty when it was
    private Mono<ServerResponse> exchange(Supplier<Optional<String>> exchange) {
        return Mono.fromSupplier(exchange).subscribeOn(Schedulers.boundedElastic())
                .flatMap(refusal -> refusal.map(why -> problem(Code.REQUEST_CONFLICT, "assertion keys: " + why))
                        .orElseGet(() -> json(HttpStatus.OK, keys())));
    }

    private Map<String, Object> keys() {
        Assertions.Status status = assertions.status();
        return Map.of("signer", status.signer(), "published", status.published(), "trouble", status.trouble());
    }

    private Mono<ServerResponse> data(Supplier<Map<String, Object>> source) {
        return Mono.fromSupplier(source).subscribeOn(Schedulers.boundedElastic()).flatMap(data -> json(HttpStatus.OK, data));
    }

    private Mono<ServerResponse> json(HttpStatus status, Map<String, Object> data) {
        return ServerResponse.status(status).contentType(MediaType.APPLICATION_JSON).header("Cache-Control", "no-store")
                .bodyValue(json.writeValueAsBytes(data));
    }

    private static Mono<ServerResponse> refused(Throwable failure) {
        if (failure instanceof ExplainBody.Wrong wrong) {
            return problem(Code.REQUEST_MALFORMED, String.valueOf(wrong.getMessage()));
        }
        if (failure instanceof DataBufferLimitException) {
            return problem(Code.REQUEST_TOO_LARGE, "the body is longer than " + MAX_BODY + " bytes");
        }
        return Mono.error(failure);
    }

    private static Mono<ServerResponse> problem(Code code, String detail) {
        byte[] body = new Problem(code, UUID.randomUUID().toString(), detail).json();
        return ServerResponse.status(code.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .header("Cache-Control", "no-store")
                .bodyValue(body);
    }
}
