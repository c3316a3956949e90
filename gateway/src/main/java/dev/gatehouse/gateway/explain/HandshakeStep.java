package dev.gatehouse.gateway.explain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.gatehouse.gateway.browser.PageFields;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.websocket.Handshake;
import dev.gatehouse.gateway.websocket.SocketSpec;

/// What a request comes to that asks for a WebSocket. No state.
final class HandshakeStep {

    private static final String STEP = "websocket";

    private HandshakeStep() {}

    /// The handshake by which the upstream is asked, if it is.
    static Optional<Handshake.Asked> of(Question question, RouteSpec route, Trail trail) {
        if (!PageFields.isHandshake(question::all)) {
            return Optional.empty();
        }
        if (route.websocket().isEmpty()) {
            trail.skips(STEP, "the route opens none; its upstream gets a plain request");
            return Optional.empty();
        }
        return switch (Handshake.read(question.method(), true, question::all)) {
            case Handshake.Malformed(String why) -> throw trail.refuses(STEP, why, Refusals.handshake());
            case Handshake.Asked asked -> {
                trail.passes(STEP, "one is asked for; it opens when the upstream agrees",
                        details(route.websocket().get(), asked));
                yield Optional.of(asked);
            }
        };
    }

    private static Map<String, Object> details(SocketSpec spec, Handshake.Asked asked) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("per user", Integer.toString(spec.perUser()));
        details.put("max frame", spec.maxFrame() + " bytes");
        details.put("ends", "after " + Words.duration(spec.idle()) + " of silence, and with the caller's token");
        if (asked.token().isPresent()) {
            details.put("token", "among the subprotocols");
        }
        return details;
    }
}
