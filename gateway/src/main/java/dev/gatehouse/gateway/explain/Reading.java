package dev.gatehouse.gateway.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.gatehouse.gateway.framing.RequestHead;
import dev.gatehouse.gateway.identity.HeaderSection.Field;
import dev.gatehouse.gateway.path.TargetForm;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Unreadable;

/// What is refused before the gateway sees a request. The HTTP codec's and the host's sizes are said again here; the rest is asked of those who judge
/// the octets of a connection.
final class Reading {

    // server.netty.max-initial-line-length and server.max-http-request-header-size in application.yml
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_FIELDS = 16 * 1024;

    private final Question question;
    private final Trail trail;

    Reading(Question question, Trail trail) {
        this.question = question;
        this.trail = trail;
    }

    /// The target as the gateway reads it.
    String target() {
        if (question.method().length() + question.target().length() + " HTTP/1.1 ".length() > MAX_LINE) {
            throw refused("the request line is longer than " + MAX_LINE + " characters", Code.REQUEST_TARGET_TOO_LONG);
        }
        fields();
        String target = TargetForm.readable(question.target());
        if (target.isEmpty()) {
            throw malformed("the target holds what no target can");
        }
        if (question.host().isEmpty()) {
            throw malformed("no or an empty Host field");
        }
        trail.passes("reading", "a request that can be read");
        return target;
    }

    private void fields() {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        int size = 0;
        for (Field field : question.fields()) {
            size += field.name().length() + field.value().length() + 2;
            fields.add(Map.entry(field.name(), field.value()));
        }
        if (size > MAX_FIELDS) {
            throw refused("the header section is larger than " + MAX_FIELDS + " bytes", Code.REQUEST_HEADERS_TOO_LARGE);
        }
        Optional<Unreadable> refusal = RequestHead.refusal(question.method(), question.target(), fields);
        if (refusal.isPresent()) {
            throw refused(String.valueOf(refusal.get().getMessage()), refusal.get().code());
        }
    }

    private Rejection malformed(String why) {
        return refused(why, Code.REQUEST_MALFORMED);
    }

    private Rejection refused(String why, Code code) {
        return trail.refuses("reading", why, new Rejection(code));
    }
}
