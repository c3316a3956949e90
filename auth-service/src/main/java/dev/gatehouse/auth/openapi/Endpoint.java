package dev.gatehouse.auth.openapi;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.token.Caller;

/// One method of a controller under one path, as an OpenAPI operation.
///
/// @param verb HTTP method, in lower case
/// @param path as mapped
/// @param method that serves it
/// @param form whether it takes what a page's form sends
record Endpoint(String verb, String path, Method method, boolean form) {

    private static final Map<String, Object> PROBLEM = content(MediaType.APPLICATION_PROBLEM_JSON_VALUE,
            Map.of("$ref", "#/components/schemas/Problem"));

    Map<String, Object> operation(Schemas schemas) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", operationId());
        described().ifPresent(words -> operation.put("summary", words.value()));
        List<Map<String, Object>> parameters = parameters(schemas);
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        body().ifPresent(body -> operation.put("requestBody", body));
        operation.put("responses", responses(schemas));
        boolean signedIn = Arrays.stream(method.getParameterTypes())
                .anyMatch(type -> type == Caller.class || type == Admin.class);
        operation.put("security", signedIn ? List.of(Map.of("accessToken", List.of())) : List.of());
        return operation;
    }

    private String operationId() {
        StringBuilder id = new StringBuilder(verb);
        for (String part : path.split("[^A-Za-z0-9]+", -1)) {
            if (!part.isEmpty()) {
                id.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
            }
        }
        return id.toString();
    }

    private List<Map<String, Object>> parameters(Schemas schemas) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        for (Parameter each : method.getParameters()) {
            if (each.isAnnotationPresent(PathVariable.class)) {
                parameters.add(
                        Map.of("name", name(each.getAnnotation(PathVariable.class).value(), each), "in", "path", "required", true,
                                "schema", schemas.of(each.getType())));
            } else if (each.isAnnotationPresent(RequestParam.class) && !form) {
                parameters
                        .add(Map.of("name", name(each.getAnnotation(RequestParam.class).value(), each), "in", "query", "required",
                                false, "schema", schemas.of(each.getType())));
            }
        }
        described().ifPresent(words -> {
            Arrays.stream(words.query()).map(name -> text(name, "query", false)).forEach(parameters::add);
            Arrays.stream(words.headers()).map(name -> text(plain(name), "header", !name.endsWith("?"))).forEach(parameters::add);
        });
        return parameters;
    }

    private static Map<String, Object> text(String name, String where, boolean required) {
        return Map.of("name", name, "in", where, "required", required, "schema", Map.of("type", "string"));
    }

    private static String plain(String name) {
        return name.endsWith("?") ? name.substring(0, name.length() - 1) : name;
    }

    private static String name(String given, Parameter parameter) {
        return given.isEmpty() ? parameter.getName() : given;
    }

    private Optional<Map<String, Object>> body() {
        if (form) {
            Map<String, Object> fields = new TreeMap<>();
            for (Parameter each : method.getParameters()) {
                if (each.isAnnotationPresent(RequestParam.class)) {
                    fields.put(name(each.getAnnotation(RequestParam.class).value(), each), Map.of("type", "string"));
                }
            }
            return Optional
                    .of(content(MediaType.APPLICATION_FORM_URLENCODED_VALUE, Map.of("type", "object", "properties", fields)));
        }
        return described().filter(words -> words.body().length > 0).map(words -> {
            Map<String, Object> body = new LinkedHashMap<>(content(MediaType.APPLICATION_JSON_VALUE, fields(words.body())));
            body.put("required", !words.bodyOptional());
            return body;
        });
    }

    private static Map<String, Object> fields(String[] names) {
        Map<String, Object> fields = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (String name : names) {
            String plain = plain(name).replace("[]", "");
            Map<String, Object> text = Map.of("type", "string");
            fields.put(plain, name.contains("[]") ? Map.of("type", "array", "items", text) : text);
            if (!name.endsWith("?")) {
                required.add(plain);
            }
        }
        return Map.of("type", "object", "properties", fields, "required", required, "additionalProperties", false);
    }

    private Map<String, Object> responses(Schemas schemas) {
        Type type = answer(method.getGenericReturnType());
        Map<String, Object> responses = new TreeMap<>();
        int status = described().map(Described::status).filter(given -> given != 0).orElse(type == Void.class ? 204 : 200);
        Map<String, Object> success = new LinkedHashMap<>(Map.of("description", "Done."));
        if (type == String.class) {
            success.putAll(content("text/html", Map.of("type", "string")));
            Map<String, Object> refused = new LinkedHashMap<>(members(PROBLEM));
            refused.putAll(members(content("text/html", Map.of("type", "string"))));
            responses.put("400", Map.of("description", "A page that says why not, or a problem.", "content", refused));
        } else if (type != Void.class) {
            success.putAll(content(MediaType.APPLICATION_JSON_VALUE, schemas.of(type)));
        }
        Map<String, Object> told = told();
        if (!told.isEmpty()) {
            success.put("headers", told);
        }
        responses.put(Integer.toString(status), success);
        described().ifPresent(words -> Arrays.stream(words.alike()).forEach(other -> responses.put("" + other, success)));
        Map<String, Object> problem = new LinkedHashMap<>(Map.of("description", "Refused; see `code`."));
        problem.putAll(PROBLEM);
        responses.put("default", problem);
        return responses;
    }

    private Map<String, Object> told() {
        Map<String, Object> told = new TreeMap<>();
        described().ifPresent(words -> Arrays.stream(words.tells())
                .forEach(name -> told.put(name, Map.of("schema", Map.of("type", "string")))));
        return told;
    }

    private static Type answer(Type returned) {
        return returned instanceof ParameterizedType generic && generic.getRawType() == ResponseEntity.class
                ? generic.getActualTypeArguments()[0]
                : returned;
    }

    private Optional<Described> described() {
        return Optional.ofNullable(method.getAnnotation(Described.class));
    }

    /// {@return the media types of a content}
    @SuppressWarnings("unchecked") // what [#content] built
    private static Map<String, Object> members(Map<String, Object> content) {
        return (Map<String, Object>) Objects.requireNonNull(content.get("content"));
    }

    private static Map<String, Object> content(String mediaType, Map<String, Object> schema) {
        return Map.of("content", Map.of(mediaType, Map.of("schema", schema)));
    }
}
