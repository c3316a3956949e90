package dev.gatehouse.gateway.pipeline;

import java.nio.charset.StandardCharsets;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/// `/livez` and `/readyz` on the public port: 200 or 503, and nothing about why. Thread-safe.
final class Probes {

    private final ApplicationAvailability availability;

    Probes(ApplicationAvailability availability) {
        this.availability = availability;
    }

    Mono<Void> answer(Visit visit) {
        boolean well = visit.path().equals("/livez")
                ? availability.getLivenessState() == LivenessState.CORRECT
                : availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
        ServerHttpResponse response = visit.exchange().getResponse();
        response.setStatusCode(well ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().set(HttpHeaders.CACHE_CONTROL, "no-store");
        byte[] body = (well ? "{\"status\":\"up\"}" : "{\"status\":\"down\"}").getBytes(StandardCharsets.US_ASCII);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
