package dev.gatehouse.gateway.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.gatehouse.gateway.explain.Step.Result;
import dev.gatehouse.gateway.identity.HeaderSection.Field;
import dev.gatehouse.gateway.problem.Rejection;

/// The steps of one explanation as they come. Not thread-safe.
final class Trail {

    private final Question question;
    private final List<Step> steps = new ArrayList<>();
    private String route = "";

    Trail(Question question) {
        this.question = question;
    }

    void took(String routeId) {
        route = routeId;
    }

    void passes(String name, String summary) {
        passes(name, summary, Map.of());
    }

    void passes(String name, String summary, Map<String, Object> details) {
        steps.add(new Step(name, Result.PASSES, summary, details));
    }

    void skips(String name, String summary) {
        steps.add(new Step(name, Result.SKIPPED, summary, Map.of()));
    }

    Rejection refuses(String name, String summary, Rejection rejection) {
        return refuses(name, summary, Map.of(), rejection);
    }

    /// Notes the refusal and hands it back, to be thrown.
    Rejection refuses(String name, String summary, Map<String, Object> details, Rejection rejection) {
        steps.add(new Step(name, Result.REFUSES, summary, details));
        return rejection;
    }

    Explanation end(Outcome outcome) {
        return new Explanation(question, steps, outcome);
    }

    Explanation end(Rejection rejection) {
        return end(new Outcome.Refused(route, rejection.code().status(), rejection.code().code(),
                rejection.fields().stream().map(field -> new Field(field.name(), field.value())).toList()));
    }
}
