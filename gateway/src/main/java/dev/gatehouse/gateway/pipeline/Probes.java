package dev.gatehouse.gateway.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Reply;

/// `/livez` and `/readyz` on the public port: 200 or 503, and nothing about why. Thread-safe.
final class Probes {

    private static final Reply UP = reply(200, "up");
    private static final Reply DOWN = reply(503, "down");

    private final ApplicationAvailability availability;

    Probes(ApplicationAvailability availability) {
        this.availability = availability;
    }

    Mono<Void> answer(Visit visit) {
        boolean well = visit.path().equals("/livez")
                ? availability.getLivenessState() == LivenessState.CORRECT
                : availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
        return visit.answer().is(well ? UP : DOWN);
    }

    private static Reply reply(int status, String word) {
        return new Reply(status,
                List.of(new Rejection.Field("Content-Type", "application/json"),
                        new Rejection.Field("Cache-Control", "no-store")),
                ("{\"status\":\"" + word + "\"}").getBytes(StandardCharsets.US_ASCII));
    }
}
