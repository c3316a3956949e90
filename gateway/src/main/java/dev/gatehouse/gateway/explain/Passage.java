package dev.gatehouse.gateway.explain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.identity.BackendHeaders;
import dev.gatehouse.gateway.identity.HeaderSection;
import dev.gatehouse.gateway.identity.HeaderSection.Field;
import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.identity.TrailerFields;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.ratelimit.LimitCount;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.ratelimit.LimitSubject;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.resilience.Retries;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.UpstreamAddress;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Link;
import dev.gatehouse.gateway.websocket.Handshake;

/// The second half of a request's way: what is left once the caller may go on.
final class Passage {

    private static final String NEW = "(new for each request)";
    private static final String SIGNED = "(signed for each caller and route)";
    private static final Field ANY_ANSWER = new Field("accept", "*/*");
    private static final Field NO_BODY = new Field("content-length", "0");
    private static final Field TRAILERS = new Field("te", "trailers");
    private static final Field FOR_THE_NEXT_HOP = new Field("connection", "TE");
    private static final String HIDDEN = "(not shown)";

    private final Question question;
    private final InboundRequest inbound;
    private final Entrance.Taken taken;
    private final RouteSpec route;
    private final Trail trail;
    private final Optional<LimitSpec> arrivals;
    private final Instant now;

    Passage(Question question, InboundRequest inbound, Entrance.Taken taken, Trail trail,
            Optional<LimitSpec> arrivals, Instant now) {
        this.question = question;
        this.inbound = inbound;
        this.taken = taken;
        this.route = taken.route();
        this.trail = trail;
        this.arrivals = arrivals;
        this.now = now;
    }

    /// @param socket what the upstream is asked for beside the request, if anything
    Explanation end(Caller caller, Optional<Handshake.Asked> socket) {
        body();
        concurrency();
        limits(caller);
        List<Field> fields = headers(caller, socket);
        List<Outcome.Target> targets = upstreams();
        return trail.end(new Outcome.Forward(route.id(), targets, route.protection().timeout(), fields));
    }

    private void body() {
        long most = route.protection().maxBody();
        String allowed = most == Protection.UNLIMITED ? "a body of any length passes" : "up to " + most + " bytes pass";
        long declared = question.all("Content-Length").stream().mapToLong(Long::parseLong).findFirst().orElse(0);
        if (declared > most) {
            throw trail.refuses("body", declared + " bytes are announced, " + allowed, new Rejection(Code.REQUEST_TOO_LARGE));
        }
        trail.passes("body", allowed);
    }

    private void concurrency() {
        ConcurrencySpec spec = route.concurrency();
        if (!spec.equals(ConcurrencySpec.NONE)) {
            Map<String, Object> most = new LinkedHashMap<>();
            most.put("route", spec.route() == ConcurrencySpec.ANY ? "any number" : Integer.toString(spec.route()));
            most.put("user", spec.user() == ConcurrencySpec.ANY ? "any number" : Integer.toString(spec.user()));
            trail.passes("concurrency", "while fewer are under way in this instance", most);
        }
    }

    private void limits(Caller caller) {
        if (route.limits().isEmpty() && arrivals.isEmpty()) {
            trail.skips("limits", "the route has none");
            return;
        }
        LimitSubject subject = new LimitSubject(route.id(), caller, inbound.clientAddress(),
                name -> Optional.of(question.all(name)).filter(values -> !values.isEmpty()).map(List::getFirst));
        List<Map<String, String>> rows = new ArrayList<>();
        arrivals.ifPresent(limit -> rows.add(Step.row("name", limit.name(), "requests",
                limit.requests() + " in " + Words.duration(limit.every()), "per", Words.limitKey(limit.per()), "key",
                key(limit, LimitCount.of(limit, LimitSubject.address(inbound.clientAddress()))), "counts",
                "all routes of this instance, before the token is read")));
        for (LimitSpec each : route.limits()) {
            LimitSpec limit = each.at(caller, now);
            LimitCount count = LimitCount.of(limit, subject);
            rows.add(Step.row("name", limit.name(), "requests", limit.requests() + " in " + Words.duration(limit.every()), "per",
                    Words.limitKey(limit.per()), "key", key(limit, count), "counts",
                    limit.shared() ? "with other routes" : "this route"));
        }
        trail.passes("limits", "asked in this order; this question counted for none", Map.of("limit", rows));
    }

    private static String key(LimitSpec limit, LimitCount count) {
        if (limit.per() instanceof LimitKey.Route) {
            return limit.shared() ? "all its routes" : "the route";
        }
        return switch (count.scope()) {
            case "@" -> "address " + count.value();
            case "" -> "value " + count.value();
            default -> count.value() + " of issuer " + count.scope();
        };
    }

    private List<Field> headers(Caller caller, Optional<Handshake.Asked> socket) {
        HeaderSection section = BackendHeaders.explain(inbound, caller, route.assertion() ? SIGNED : BackendHeaders.NO_ASSERTION,
                route.forwardToken(), route.issuers().secretCookies());
        List<Field> written = new ArrayList<>(section.written().stream().map(this::covered).toList());
        List<Field> passed = section.passed().stream().map(this::covered).toList();
        if (passed.stream().noneMatch(field -> field.name().equalsIgnoreCase("Accept"))) {
            written.add(ANY_ANSWER); // the HTTP client to the upstream adds it
        }
        if (BackendHeaders.tellsOfNoBody(question.method()) && question.all("Content-Length").isEmpty()
                && question.all("Transfer-Encoding").isEmpty()) {
            written.add(NO_BODY);
        }
        if (socket.isEmpty()) {
            trailers(written);
        }
        socket.ifPresent(asked -> asked.write((name, value) -> written.add(new Field(name, value))));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("dropped",
                section.dropped().stream().map(field -> Step.row("name", field.name(), "reason", field.reason().why())).toList());
        details.put("written", rows(written));
        details.put("passed", rows(passed));
        details.values().removeIf(rows -> rows instanceof List<?> list && list.isEmpty());
        trail.passes("headers",
                section.dropped().size() + " dropped, " + written.size() + " written by the gateway, " + passed.size()
                        + " passed on",
                details);
        List<Field> all = new ArrayList<>(passed);
        all.addAll(written);
        return all;
    }

    /// What stands behind bodies: asked for if the client asks for it, announced if the client announces it.
    private void trailers(List<Field> written) {
        if (TrailerFields.areTaken(question.all("TE"))) {
            written.add(TRAILERS);
            if (route.upstream().link().protocol() == Link.Protocol.HTTP1) {
                written.add(FOR_THE_NEXT_HOP);
            }
        }
        List<String> announced = question.all("Transfer-Encoding").isEmpty() // behind a body of a known length there is no place
                ? List.of()
                : TrailerFields.announced(question.all("Trailer"), question);
        if (!announced.isEmpty()) {
            written.add(new Field("trailer", String.join(", ", announced)));
        }
    }

    private Field covered(Field field) {
        if (Question.isSecret(field.name())) {
            return new Field(field.name(), HIDDEN);
        }
        boolean fresh = (field.name().equals("X-Request-Id") && !question.all("X-Request-Id").contains(field.value()))
                || (field.name().equals("traceparent") && (!inbound.trace().kept() || !inbound.trace().parent().isEmpty()));
        return fresh ? new Field(field.name(), NEW) : field;
    }

    private static List<Map<String, String>> rows(List<Field> fields) {
        return fields.stream().map(field -> Step.row("name", field.name(), "value", field.value())).toList();
    }

    private String retries() {
        Retries retries = route.protection().retries();
        if (retries.repeat(question.method())) {
            return "up to 2, also when a backend may have acted on it";
        }
        return retries == Retries.NEVER ? "none" : "up to 2, when no backend was reached";
    }

    private List<Outcome.Target> upstreams() {
        int sum = route.upstreams().stream().mapToInt(InstanceSpec::weight).sum();
        List<Outcome.Target> targets = route.upstreams().stream()
                .map(upstream -> new Outcome.Target(
                        UpstreamAddress.of(upstream.address(), taken.target().rawPath(),
                                route.stripPrefix(), taken.target().query()).toString(),
                        Math.round(1000.0 * upstream.weight() / sum) / 10.0))
                .toList();
        Map<String, Object> details = new LinkedHashMap<>();
        if (targets.size() > 1) {
            details.put("to",
                    targets.stream().map(target -> Step.row("share", target.percent() + " %", "url", target.url())).toList());
        }
        details.put("timeout",
                Words.duration(route.protection().timeout()) + " for the call, whatever it is spent on, until the answer begins");
        if (targets.size() > 1) {
            details.put("balance", route.upstream().balance().describe());
        }
        route.upstream().health().ifPresent(health -> details.put("health", health.describe()));
        route.mirror().ifPresent(mirror -> details.put("mirror", mirror.percent() + " % to " + mirror.address()));
        if (route.compression() != Compression.NONE) {
            details.put("compression", route.compression().word());
        }
        details.put("retries", retries());
        trail.passes("upstream", targets.size() == 1 ? targets.getFirst().url() : targets.size() + " upstreams, by weight",
                details);
        return targets;
    }
}
