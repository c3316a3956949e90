package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.resilience.Retries;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.websocket.SocketSpec;

/// How much a route lets one request, and all of them at once, ask of the gateway and its upstream. Used once.
final class ProtectionChanges {

    private final RouteSpec before;
    private final RouteSpec now;
    private final List<Difference> changes = new ArrayList<>();

    private ProtectionChanges(RouteSpec before, RouteSpec now) {
        this.before = before;
        this.now = now;
    }

    static List<Difference> between(RouteSpec before, RouteSpec now) {
        ProtectionChanges route = new ProtectionChanges(before, now);
        route.protection();
        route.concurrency();
        route.websocket();
        route.compression();
        return route.changes;
    }

    private void add(Effect effect, String text) {
        changes.add(new Difference(effect, text));
    }

    private void protection() {
        long size = now.protection().maxBody();
        if (size != before.protection().maxBody()) {
            add(size > before.protection().maxBody() ? Effect.WEAKENS : Effect.NARROWS,
                    "takes bodies up to " + size(size) + " (was " + size(before.protection().maxBody()) + ")");
        }
        if (now.protection().retries() != before.protection().retries()) {
            add(Effect.CHANGES, "sends " + shown(now.protection().retries()) + " again after a failure (was "
                    + shown(before.protection().retries()) + ")");
        }
        if (!now.protection().timeout().equals(before.protection().timeout())) {
            add(Effect.CHANGES, "waits " + now.protection().timeout().toMillis() + " ms for an answer (was "
                    + before.protection().timeout().toMillis() + " ms)");
        }
    }

    private static String shown(Retries retries) {
        return switch (retries) {
            case NEVER -> "nothing";
            case SAFE -> "GET, HEAD and OPTIONS";
            case IDEMPOTENT -> "GET, HEAD, OPTIONS, PUT and DELETE";
        };
    }

    private void concurrency() {
        ConcurrencySpec earlier = before.concurrency();
        ConcurrencySpec spec = now.concurrency();
        if (!spec.equals(earlier)) {
            boolean looser = spec.route() > earlier.route() || spec.user() > earlier.user();
            add(looser ? Effect.WEAKENS : Effect.NARROWS,
                    "lets " + shown(spec) + " (was " + shown(earlier) + ")");
        }
    }

    private void websocket() {
        if (now.websocket().equals(before.websocket())) {
            return;
        }
        if (now.websocket().isEmpty()) {
            add(Effect.NARROWS, "no longer opens WebSockets");
        } else {
            SocketSpec spec = now.websocket().get();
            boolean looser = before.websocket()
                    .filter(earlier -> spec.perUser() <= earlier.perUser() && spec.maxFrame() <= earlier.maxFrame()
                            && spec.idle().compareTo(earlier.idle()) <= 0)
                    .isEmpty();
            add(looser ? Effect.WEAKENS : Effect.NARROWS,
                    "opens WebSockets: " + spec.perUser() + " per user, frames up to " + spec.maxFrame() + " bytes, idle for "
                            + spec.idle().toSeconds() + " s at most");
        }
    }

    private void compression() {
        if (now.compression() != before.compression()) {
            add(now.compression() == Compression.ALWAYS ? Effect.WEAKENS : Effect.CHANGES,
                    "compresses answers: " + now.compression().word() + " (was " + before.compression().word() + ")");
        }
    }

    private static String shown(ConcurrencySpec spec) {
        return shown(spec.route()) + " of its requests be under way at once, " + shown(spec.user()) + " per user";
    }

    private static String shown(int most) {
        return most == ConcurrencySpec.ANY ? "any number" : Integer.toString(most);
    }

    private static String size(long bytes) {
        return bytes == Protection.UNLIMITED ? "any size" : bytes + " bytes";
    }
}
