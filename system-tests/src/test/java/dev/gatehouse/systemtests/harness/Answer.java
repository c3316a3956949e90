package dev.gatehouse.systemtests.harness;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What came back.
///
/// @param status of HTTP
/// @param headers as received
/// @param body as text
public record Answer(int status, HttpHeaders headers, String body) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Answer of(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    static String json(Map<String, ?> object) {
        return JSON.writeValueAsString(object);
    }

    /// The body, which must be JSON.
    public JsonNode json() {
        return JSON.readTree(body);
    }

    /// A text of the JSON object; fails when it is not there.
    public String text(String name) {
        JsonNode value = json().path(name);
        if (!value.isString()) {
            throw new AssertionError(name + " is missing in " + this);
        }
        return value.stringValue();
    }

    /// A header's value; empty when it is not there.
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /// Status, and the problem's code if it is one: `401 auth.missing`.
    public String verdict() {
        return header("Content-Type").startsWith("application/problem+json") ? status + " " + text("code") : "" + status;
    }

    /// `401 auth.missing {…}`, for messages of failed tests.
    @Override
    public String toString() {
        return status + " " + body;
    }
}
