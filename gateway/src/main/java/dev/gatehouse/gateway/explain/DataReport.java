package dev.gatehouse.gateway.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.gatehouse.gateway.identity.HeaderSection.Field;

/// An explanation for machines, as JSON would hold it. Keys stay; more may come.
public final class DataReport {

    private DataReport() {}

    /// Maps, lists, texts and numbers.
    public static Map<String, Object> of(Explanation explanation) {
        Question question = explanation.question();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("method", question.method());
        request.put("path", question.target());
        request.put("host", question.host());
        request.put("peer", question.peer().getHostAddress());
        request.put("tls", question.tls());
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("request", request);
        report.put("outcome", outcome(explanation.outcome()));
        report.put("steps", explanation.steps().stream().map(DataReport::step).toList());
        return report;
    }

    private static Map<String, Object> step(Step step) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", step.name());
        data.put("result", step.result().word());
        data.put("summary", step.summary());
        data.put("details", step.details());
        return data;
    }

    private static Map<String, Object> outcome(Outcome outcome) {
        Map<String, Object> data = new LinkedHashMap<>();
        switch (outcome) {
            case Outcome.Forward forward -> {
                data.put("result", "forward");
                data.put("route", forward.route());
                data.put("upstreams", forward.targets().stream().map(DataReport::target).toList());
                data.put("timeoutMillis", forward.timeout().toMillis());
                data.put("headers", fields(forward.fields()));
            }
            case Outcome.Refused refused -> {
                data.put("result", "refuse");
                data.put("route", refused.route());
                data.put("status", refused.status());
                data.put("code", refused.code());
                data.put("headers", fields(refused.fields()));
            }
            case Outcome.Answered answered -> {
                data.put("result", "answer");
                data.put("what", answered.what());
            }
        }
        return data;
    }

    private static Map<String, Object> target(Outcome.Target target) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("url", target.url());
        data.put("percent", target.percent());
        return data;
    }

    private static List<Map<String, String>> fields(List<Field> fields) {
        return fields.stream().map(field -> {
            Map<String, String> data = new LinkedHashMap<>();
            data.put("name", field.name());
            data.put("value", field.value());
            return data;
        }).toList();
    }
}
