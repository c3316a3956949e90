package dev.gatehouse.auth.health;

import java.time.OffsetDateTime;
import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.request.Described;

/// What tries the database and the events, for development. There only with `GATEHOUSE_DIAGNOSTICS=on`: whoever may call it can fill
/// the outbox.
@RestController
@ConditionalOnProperty("gatehouse.diagnostics")
class DiagnosticsController {

    private final JdbcClient jdbc;
    private final Events events;
    private final TransactionTemplate transactions;

    DiagnosticsController(JdbcClient jdbc, Events events, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.events = events;
        this.transactions = transactions;
    }

    @Described("Tries the database")
    @GetMapping("/test-db")
    Map<String, Object> database() {
        return Map.of("status", "ok", "database", "up", "time",
                jdbc.sql("SELECT now()").query(OffsetDateTime.class).single().toInstant());
    }

    @Described(value = "Sends an event", status = 202)
    @RequestMapping(path = "/test-event", method = {RequestMethod.GET, RequestMethod.POST})
    ResponseEntity<Map<String, Object>> event() {
        transactions.executeWithoutResult(_ -> events.append(Event.of(EventType.DIAGNOSTICS_TEST)));
        return ResponseEntity.accepted().body(Map.of("status", "ok", "event", EventType.DIAGNOSTICS_TEST.key()));
    }
}
