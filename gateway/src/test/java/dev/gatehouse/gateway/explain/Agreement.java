package dev.gatehouse.gateway.explain;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/// Compares what `explain` says of a request with what became of it. No state.
final class Agreement {

    private Agreement() {}

    /// In words; empty when they agree.
    ///
    /// @param received what the backend got
    static Optional<String> difference(JsonNode outcome, String answer, Optional<List<String>> received, String method) {
        int status = Integer.parseInt(answer.substring(9, 12));
        return switch (outcome.get("result").asString()) {
            case "forward" -> status != 200 || received.isEmpty()
                    ? Optional.of("forward, but got " + status)
                    : compareForward(outcome, received.get(), method);
            case "answer" -> (status == 200 || status == 204) && received.isEmpty()
                    ? Optional.empty()
                    : Optional.of("answer, but got " + status);
            default -> compareRefusal(outcome, answer, received, method, status);
        };
    }

    private static Optional<String> compareRefusal(JsonNode outcome, String answer, Optional<List<String>> received,
            String method,
            int status) {
        boolean code = method.equals("HEAD") || answer.contains("\"code\":\"" + outcome.get("code").asString() + "\"");
        boolean fields = outcome.get("headers").valueStream()
                .allMatch(field -> answer
                        .contains("\r\n" + field.get("name").asString() + ": " + field.get("value").asString() + "\r\n"));
        return status == outcome.get("status").asInt() && code && fields && received.isEmpty()
                ? Optional.empty()
                : Optional.of("refusal, but got " + status + ", code agrees: " + code + ", fields agree: " + fields);
    }

    private static Optional<String> compareForward(JsonNode outcome, List<String> received, String method) {
        String line = received.getFirst();
        boolean address = outcome.get("upstreams").valueStream().map(target -> URI.create(target.get("url").asString()))
                .anyMatch(url -> line
                        .equals(method + " " + url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery())
                                + " HTTP/1.1"));
        if (!address) {
            return Optional.of("another line: " + line);
        }
        List<String> expected = new ArrayList<>();
        outcome.get("headers")
                .forEach(field -> expected.add(covered(field.get("name").asString() + ": " + field.get("value").asString(),
                        field.get("value").asString().startsWith("("))));
        List<String> actual = new ArrayList<>();
        for (String field : received.subList(1, received.size())) {
            String name = field.substring(0, field.indexOf(':'));
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Transfer-Encoding")) { // the connection's own
                actual.add(covered(field, expected.contains(name.toLowerCase(Locale.ROOT) + ": (covered)")));
            }
        }
        return actual.stream().sorted().toList().equals(expected.stream().sorted().toList())
                ? Optional.empty()
                : Optional.of("another header section: " + actual + "\n  expected " + expected);
    }

    private static String covered(String line, boolean cover) {
        String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
        return cover ? name + ": (covered)" : (name + line.substring(name.length())).stripTrailing();
    }
}
