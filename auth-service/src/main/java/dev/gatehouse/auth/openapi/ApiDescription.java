package dev.gatehouse.auth.openapi;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.settings.Settings;

/// The whole document: every mapped method of every controller of ours. Thread-safe.
@Component
final class ApiDescription {

    private final RequestMappingHandlerMapping mapping;
    private final Settings settings;

    ApiDescription(RequestMappingHandlerMapping requestMappingHandlerMapping, Settings settings) {
        this.mapping = requestMappingHandlerMapping;
        this.settings = settings;
    }

    Map<String, Object> document() {
        Schemas schemas = new Schemas();
        Map<String, Map<String, Object>> paths = new TreeMap<>();
        mapping.getHandlerMethods().forEach((info, handler) -> add(info, handler, schemas, paths));
        Map<String, Object> all = new TreeMap<>(schemas.all());
        all.put("Problem", problem());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "Gatehouse auth service", "version", "1", "description",
                "Bodies are JSON objects of strings. What is refused is told as RFC 9457 says, with a stable `code`."));
        document.put("servers", List.of(Map.of("url", settings.issuer())));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", all, "securitySchemes",
                Map.of("accessToken", Map.of("type", "http", "scheme", "bearer", "bearerFormat", "JWT"))));
        return document;
    }

    private static void add(RequestMappingInfo info, HandlerMethod handler, Schemas schemas,
            Map<String, Map<String, Object>> paths) {
        if (!handler.getBeanType().getPackageName().startsWith("dev.gatehouse.")) {
            return; // the framework's own page for errors
        }
        boolean form = info.getConsumesCondition().getConsumableMediaTypes().contains(MediaType.APPLICATION_FORM_URLENCODED);
        for (String path : info.getPatternValues()) {
            for (RequestMethod verb : info.getMethodsCondition().getMethods()) {
                String name = verb.name().toLowerCase(Locale.ROOT);
                Map<String, Object> operation = new Endpoint(name, path, handler.getMethod(), form).operation(schemas);
                paths.computeIfAbsent(path, _ -> new TreeMap<>()).merge(name, operation,
                        (one, other) -> form ? joined(one, operation) : joined(operation, one));
            }
        }
    }

    /// One path and method may be served by two handlers: one for programs, one for the forms of our pages.
    private static Map<String, Object> joined(Object forPrograms, Object forForms) {
        Map<String, Object> joined = new LinkedHashMap<>(members(forPrograms));
        for (String member : List.of("requestBody", "responses")) {
            Map<String, Object> both = new LinkedHashMap<>(members(members(forForms).get(member)));
            members(joined.get(member)).forEach((name, value) -> both.merge(name, value, ApiDescription::merged));
            joined.put(member, both);
        }
        return joined;
    }

    private static Object merged(Object one, Object other) {
        if (!(one instanceof Map) || !(other instanceof Map)) {
            return other;
        }
        Map<String, Object> both = new LinkedHashMap<>(members(one));
        members(other).forEach((name, value) -> both.merge(name, value, ApiDescription::merged));
        return both;
    }

    @SuppressWarnings("unchecked") // what this package built
    private static Map<String, Object> members(@org.jspecify.annotations.Nullable Object object) {
        return object == null ? Map.of() : (Map<String, Object>) object;
    }

    private static Map<String, Object> problem() {
        Map<String, Object> text = Map.of("type", "string");
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", Map.of("type", "string", "format", "uri"));
        members.put("title", text);
        members.put("status", Map.of("type", "integer"));
        members.put("detail", text);
        members.put("instance", Map.of("type", "string", "format", "uri"));
        members.put("code",
                Map.of("type", "string", "enum", Arrays.stream(ProblemCode.values()).map(ProblemCode::code).toList()));
        members.put("requestId", text);
        members.put("errors", Map.of("type", "array", "items", Map.of("type", "object", "properties",
                Map.of("pointer", text, "detail", text, "rule", text), "required", List.of("pointer", "detail"))));
        // of `login.second_factor`
        members.put("challenge", text);
        members.put("methods", Map.of("type", "array", "items", text));
        members.put("expires_in", Map.of("type", "integer"));
        return Map.of("type", "object", "properties", members, "required",
                List.of("type", "title", "status", "detail", "instance", "code", "requestId"));
    }
}
