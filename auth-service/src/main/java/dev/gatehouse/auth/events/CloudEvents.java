package dev.gatehouse.auth.events;

import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.gatehouse.auth.broker.Message;

/// Renders events as CloudEvents 1.0, JSON in structured mode: everything in the body, so that any AMQP version will do.
final class CloudEvents {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TYPE_PREFIX = "dev.gatehouse.auth.";
    private static final String TYPE_VERSION = ".v1";

    private final String source;

    /// @param source `iss` of our tokens
    CloudEvents(String source) {
        this.source = source;
    }

    Message render(OutboxRow row) {
        String type = TYPE_PREFIX + row.type() + TYPE_VERSION;
        ObjectNode event = JSON.createObjectNode();
        event.put("specversion", "1.0");
        event.put("id", row.id().toString());
        event.put("source", source);
        event.put("type", type);
        event.put("time", row.occurredAt().truncatedTo(ChronoUnit.MILLIS).toString());
        row.subject().ifPresent(subject -> {
            event.put("subject", subject.toString());
            // CloudEvents' sequence extension: a string, so long that it sorts as the number does.
            event.put("sequence", "%019d".formatted(row.sequence()));
        });
        row.session().ifPresent(sid -> event.put("sid", sid.toString()));
        row.traceparent().ifPresent(trace -> event.put("traceparent", trace));
        event.put("datacontenttype", "application/json");
        ObjectNode data = (ObjectNode) JSON.readTree(row.data());
        row.actor().ifPresent(actor -> data.put("actor", actor.toString()));
        event.set("data", data);
        return new Message(row.id().toString(), row.type(), type, event.toString().getBytes(StandardCharsets.UTF_8));
    }
}
