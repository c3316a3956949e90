package dev.gatehouse.gateway.operator;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import dev.gatehouse.gateway.authentication.Issuers;

/// How each issuer's keys stand. Thread-safe.
record IssuerListing(Issuers issuers, Clock clock) implements Supplier<Map<String, Object>> {

    @Override
    public Map<String, Object> get() {
        return Map.of("issuers", issuers.status().stream().map(this::issuer).toList());
    }

    private Map<String, Object> issuer(Issuers.Status status) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", status.id());
        data.put("usable", status.usable());
        data.put("kids", status.kids());
        status.lastSuccess().ifPresent(last -> {
            data.put("lastSuccess", last.toString());
            data.put("ageSeconds", Math.max(0, Duration.between(last, clock.instant()).toSeconds()));
        });
        status.error().ifPresent(error -> data.put("lastError", error));
        status.nextRefresh().ifPresent(next -> data.put("nextRefresh", next.toString()));
        return data;
    }
}
