package dev.gatehouse.gateway.authentication.jose;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// Reads one JSON object in the only way it can be read: UTF-8, no member twice (RFC 7519 §4, RFC 8725 §3.10), nothing after it, and no
/// nesting or number so large that reading it is an attack. Thread-safe.
final class StrictJson {

    private static final ObjectReader READER = JsonMapper
            .builder(JsonFactory.builder().recyclerPool(JsonRecyclerPools.threadLocalPool()) // few threads read: no need to share
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).maxNumberLength(64).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build()
            .readerFor(new TypeReference<LinkedHashMap<String, @Nullable Object>>() {});

    private StrictJson() {}

    /// The object's members in their order.
    static Map<String, @Nullable Object> object(byte[] utf8, String name) throws Refusal {
        return object(text(utf8, name), name);
    }

    /// The object's members in their order.
    static Map<String, @Nullable Object> object(String json, String name) throws Refusal {
        if (!json.startsWith("{")) {
            throw new Refusal(name + ": not a JSON object");
        }
        try {
            return READER.readValue(json);
        } catch (JacksonException _) {
            throw new Refusal(name + ": not well-formed JSON"); // the parser's own message quotes the input
        }
    }

    private static String text(byte[] utf8, String name) throws Refusal {
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) { // either the character itself or a replaced error: look again, strictly
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            } catch (CharacterCodingException _) {
                throw new Refusal(name + ": not UTF-8");
            }
        }
        return text;
    }
}
