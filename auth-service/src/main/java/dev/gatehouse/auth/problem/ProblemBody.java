package dev.gatehouse.auth.problem;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import jakarta.servlet.http.HttpServletRequest;

/// The members of a problem document, in the order in which people read them.
final class ProblemBody {

    private static final String INSTANCE = "urn:gatehouse:request:";
    static final String TYPE = "https://gatehouse.dev/problems/";

    private ProblemBody() {}

    static Map<String, Object> of(Problem problem, HttpServletRequest request) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", TYPE + problem.code().code());
        body.put("title", problem.code().title());
        body.put("status", problem.code().status());
        body.put("detail", problem.detail());
        body.put("instance", INSTANCE + ProblemRenderer.requestId(request));
        body.put("code", problem.code().code());
        body.put("requestId", ProblemRenderer.requestId(request));
        if (!problem.errors().isEmpty()) {
            body.put("errors", problem.errors());
        }
        body.putAll(new TreeMap<>(problem.members()));
        return body;
    }
}
