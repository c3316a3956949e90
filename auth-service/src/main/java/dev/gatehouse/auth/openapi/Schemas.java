package dev.gatehouse.auth.openapi;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import org.jspecify.annotations.Nullable;

/// JSON Schemas (2020-12) of the types that controllers answer with: records, lists, maps and plain values, as they are written. What it
/// does not know it describes as anything. Confined to one thread.
final class Schemas {

    private static final String REFERENCE = "#/components/schemas/";

    private final Map<String, Class<?>> names = new TreeMap<>();
    private final Map<String, Map<String, Object>> schemas = new TreeMap<>();

    /// {@return a schema, or a reference to one of [#all()]}
    Map<String, Object> of(Type type) {
        return switch (type) {
            case ParameterizedType generic -> ofGeneric(generic);
            case Class<?> plain when plain.isRecord() -> Map.of("$ref", REFERENCE + name(plain));
            case Class<?> plain when plain.isEnum() -> Map.of("type", "string", "enum",
                    Arrays.stream(plain.getEnumConstants()).map(Object::toString).toList());
            case Class<?> plain -> ofPlain(plain);
            default -> Map.of();
        };
    }

    /// {@return the schemas that are referred to, by name}
    Map<String, Map<String, Object>> all() {
        return schemas;
    }

    private Map<String, Object> ofGeneric(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() instanceof Class<?> raw) {
            if (Collection.class.isAssignableFrom(raw)) {
                return Map.of("type", "array", "items", of(arguments[0]));
            }
            if (Map.class.isAssignableFrom(raw)) {
                return Map.of("type", "object", "additionalProperties", of(arguments[1]));
            }
            if (raw == Optional.class) {
                return Map.of("anyOf", List.of(of(arguments[0]), Map.of("type", "null")));
            }
        }
        return Map.of();
    }

    private static Map<String, Object> ofPlain(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return Map.of("type", "integer");
        }
        if (type == double.class || type == Double.class) {
            return Map.of("type", "number");
        }
        if (type == UUID.class) {
            return Map.of("type", "string", "format", "uuid");
        }
        if (type == Instant.class) {
            return Map.of("type", "string", "format", "date-time");
        }
        return CharSequence.class.isAssignableFrom(type) ? Map.of("type", "string") : Map.of();
    }

    private String name(Class<?> type) {
        String simple = type.getSimpleName();
        boolean taken = names.containsKey(simple) && names.get(simple) != type;
        String name = taken ? type.getName().substring(type.getPackageName().length() + 1).replace("$", "") : simple;
        if (names.putIfAbsent(name, type) == null) {
            schemas.put(name, Map.of()); // in case it contains itself
            schemas.put(name, ofRecord(type));
        }
        return name;
    }

    private Map<String, Object> ofRecord(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
            boolean raw = component.getAccessor().isAnnotationPresent(JsonRawValue.class);
            Map<String, Object> schema = raw ? Map.of("type", "object") : of(component.getGenericType());
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            properties.put(name, nullable ? Map.of("anyOf", List.of(schema, Map.of("type", "null"))) : schema);
            if (!nullable && component.getType() != Optional.class) {
                required.add(name);
            }
        }
        return Map.of("type", "object", "properties", properties, "required", required);
    }
}
