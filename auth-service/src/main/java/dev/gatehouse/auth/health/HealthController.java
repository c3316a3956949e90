package dev.gatehouse.auth.health;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.events.EventRelay;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.revocation.RevocationFeed;

@RestController
class HealthController {

    private final DatabaseHealth database;
    private final RevocationFeed feed;
    private final EventRelay events;

    HealthController(DatabaseHealth database, RevocationFeed feed, EventRelay events) {
        this.database = database;
        this.feed = feed;
        this.events = events;
    }

    @Described(value = "How the service is", alike = 503)
    @GetMapping({"/auth/health", "/api/auth/auth-server-health"})
    ResponseEntity<State> health() {
        boolean up = database.answers();
        State state = new State(up ? "up" : "down", up ? "up" : "down", feed.redisState(), events.brokerState());
        return ResponseEntity.status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).body(state);
    }

    /// Each is "up", "down" or "off".
    record State(String status, String database, String redis, String broker) {}
}
