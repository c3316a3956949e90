package dev.gatehouse.auth.request;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;

/// A body that must be one JSON object of strings and lists of strings, read strictly: nothing is coerced, no name may come twice, nothing may
/// follow, and it has a size beyond which it is not read. [Fields] then takes the fields one by one.
public final class JsonBody {

    static final int LARGEST = 64 * 1024;

    private static final String BYTES = "gatehouse.body";
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private JsonBody() {}

    /// {@return the fields of the body}
    ///
    /// @param request whose body was not read yet
    /// @param known the names this endpoint understands; any other is an error
    /// @throws dev.gatehouse.auth.problem.Refusal where there is no such object
    public static Fields read(HttpServletRequest request, List<String> known) {
        return readIfPresent(request, known)
                .orElseThrow(() -> malformed("The body is empty; expected a JSON object with " + String.join(", ", known)));
    }

    /// {@return the fields, or empty where the request has no body}
    ///
    /// @param request whose body was not read yet
    /// @param known the names this endpoint understands
    /// @throws dev.gatehouse.auth.problem.Refusal where a body came that is no such object
    public static Optional<Fields> readIfPresent(HttpServletRequest request, List<String> known) {
        byte[] bytes = bytes(request);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        requireJson(request.getContentType());
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            return Optional.of(fields(parser, known));
        } catch (JacksonException notJson) {
            throw malformed("The body is not valid JSON");
        }
    }

    /// {@return the body as it came, which was read before}
    ///
    /// @param request at hand
    public static byte[] of(HttpServletRequest request) {
        return request.getAttribute(BYTES) instanceof byte[] bytes ? bytes : new byte[0];
    }

    private static byte[] bytes(HttpServletRequest request) {
        if (request.getContentLengthLong() > LARGEST) {
            throw tooLarge();
        }
        try {
            InputStream in = request.getInputStream();
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw tooLarge();
            }
            request.setAttribute(BYTES, bytes);
            return bytes;
        } catch (IOException cutShort) {
            throw malformed("The body ended early");
        }
    }

    private static void requireJson(@Nullable String contentType) {
        String expected = "The Content-Type header must be application/json";
        if (contentType == null) {
            throw malformed(expected);
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            boolean utf8 = type.getCharset() == null || "UTF-8".equals(type.getCharset().name());
            if (!type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON) || !utf8) {
                throw malformed(expected);
            }
        } catch (IllegalArgumentException notMediaType) {
            throw malformed(expected);
        }
    }

    private static Fields fields(JsonParser parser, List<String> known) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw malformed("The body is not a JSON object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, List<String>> lists = new LinkedHashMap<>();
        Set<String> others = new LinkedHashSet<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (texts.containsKey(name) || lists.containsKey(name) || others.contains(name)) {
                throw Problem.malformed(List.of(Fields.error(name, "comes twice"))).refusal();
            }
            switch (parser.nextToken()) {
                case VALUE_STRING -> texts.put(name, parser.getString());
                case START_ARRAY -> strings(parser).ifPresentOrElse(list -> lists.put(name, list), () -> others.add(name));
                default -> {
                    others.add(name);
                    parser.skipChildren();
                }
            }
        }
        if (parser.nextToken() != null) {
            throw malformed("Something follows the JSON object");
        }
        return new Fields(texts, lists, others, known);
    }

    /// {@return the elements, or empty where one is not a string}
    private static Optional<List<String>> strings(JsonParser parser) {
        List<String> strings = new ArrayList<>();
        boolean only = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            only &= parser.currentToken() == JsonToken.VALUE_STRING;
            if (only) {
                strings.add(parser.getString());
            }
            parser.skipChildren();
        }
        return only ? Optional.of(strings) : Optional.empty();
    }

    private static RuntimeException malformed(String detail) {
        return Problem.malformed(List.of(new FieldError("", detail))).refusal();
    }

    private static RuntimeException tooLarge() {
        return Problem.of(ProblemCode.REQUEST_TOO_LARGE, "The body may have " + LARGEST + " bytes.").refusal();
    }
}
