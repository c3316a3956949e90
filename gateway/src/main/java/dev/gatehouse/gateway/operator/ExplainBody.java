package dev.gatehouse.gateway.operator;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.explain.Question;
import dev.gatehouse.gateway.explain.SyntheticCaller;
import dev.gatehouse.gateway.identity.HeaderSection.Field;

/// Reads the body of `POST /operator/explain`:
/// `{"method": "GET", "path": "/x", "host": "h", "headers": ["N: V"] or {"N": "V"}, "peer": "10.0.0.1", "token": "…", "as": {…} or "roles=admin"}`.
final class ExplainBody {

    private static final Set<String> KEYS = Set.of("method", "path", "host", "headers", "peer", "token", "as");
    private static final Set<String> CALLER_KEYS = Set.of("sub", "roles", "scopes", "claims");

    private final JsonMapper json;
    private final JsonNode body;
    private final boolean tls;

    private ExplainBody(JsonMapper json, JsonNode body, boolean tls) {
        this.json = json;
        this.body = body;
        this.tls = tls;
    }

    /// The question that the body asks.
    ///
    /// @param tls whether connections to the gateway are encrypted
    /// @throws Wrong naming the field that is wrong and what was expected
    static Question read(JsonMapper json, byte[] bytes, boolean tls) {
        JsonNode tree;
        try {
            tree = json.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION).readTree(bytes);
        } catch (JacksonException bad) {
            throw new Wrong("body",
                    "is no JSON, line " + bad.getLocation().getLineNr() + ", column " + bad.getLocation().getColumnNr(),
                    "an object with method and path");
        }
        if (!tree.isObject()) {
            throw new Wrong("body", "is no JSON object", "an object with method and path");
        }
        return new ExplainBody(json, tree, tls).question();
    }

    private Question question() {
        refuseUnknown("", body, KEYS);
        List<Field> fields = new ArrayList<>();
        headers(fields);
        Optional<String> host = text("host");
        if (host.isPresent() || fields.stream().noneMatch(field -> field.name().equalsIgnoreCase("Host"))) {
            fields.addFirst(new Field("Host", host.orElse("localhost")));
        }
        Optional<Caller.Authenticated> as = as();
        Optional<String> token = text("token");
        if (token.isPresent() && as.isPresent()) {
            throw new Wrong("as", "stands beside token", "one of them");
        }
        token.ifPresent(value -> fields.add(new Field("Authorization", "Bearer " + value)));
        return new Question(text("method").orElseThrow(() -> new Wrong("method", "is missing", "such as GET")),
                text("path").orElseThrow(() -> new Wrong("path", "is missing", "such as /orders/7")), fields, peer(), tls, as);
    }

    private void headers(List<Field> fields) {
        JsonNode headers = body.get("headers");
        if (headers == null) {
            return;
        }
        if (headers.isArray()) {
            for (int i = 0; i < headers.size(); i++) {
                fields.add(line("headers[" + i + "]", headers.get(i)));
            }
            return;
        }
        if (!headers.isObject()) {
            throw new Wrong("headers", "is neither", "a list of \"Name: value\" or an object");
        }
        headers.forEachEntry((name, value) -> {
            for (String one : value.isArray() ? texts("headers." + name, value) : List.of(textOf("headers." + name, value))) {
                fields.add(new Field(name, one));
            }
        });
    }

    private static Field line(String path, JsonNode node) {
        String line = textOf(path, node);
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new Wrong(path, "has no colon", "\"Name: value\"");
        }
        return new Field(line.substring(0, colon), line.substring(colon + 1));
    }

    private InetAddress peer() {
        return text("peer").map(address -> checked("peer", address, InetAddress::ofLiteral, "an IP address"))
                .orElse(InetAddress.getLoopbackAddress());
    }

    private Optional<Caller.Authenticated> as() {
        JsonNode as = body.get("as");
        if (as == null) {
            return Optional.empty();
        }
        if (as.isString()) {
            return Optional.of(checked("as", as.asString(), SyntheticCaller::parse, "such as roles=admin sub=alice"));
        }
        if (!as.isObject()) {
            throw new Wrong("as", "is no caller", "an object with sub, roles, scopes, claims, or a text");
        }
        refuseUnknown("as.", as, CALLER_KEYS);
        Map<String, Object> claims = new LinkedHashMap<>();
        JsonNode given = as.get("claims");
        if (given != null) {
            if (!given.isObject()) {
                throw new Wrong("as.claims", "is no object", "an object");
            }
            given.forEachEntry((name, value) -> claims.put(name, json.treeToValue(value, Object.class)));
        }
        String subject = as.get("sub") == null ? "somebody" : textOf("as.sub", as.get("sub"));
        if (subject.isEmpty()) {
            throw new Wrong("as.sub", "is empty", "a name");
        }
        return Optional.of(SyntheticCaller.of(subject, names(as, "roles"), names(as, "scopes"), claims));
    }

    private static List<String> names(JsonNode as, String key) {
        return as.get(key) == null ? List.of() : texts("as." + key, as.get(key));
    }

    private static void refuseUnknown(String prefix, JsonNode object, Set<String> known) {
        object.propertyNames().forEach(name -> {
            if (!known.contains(name)) {
                throw new Wrong(prefix + name, "is unknown", String.join(", ", known.stream().sorted().toList()));
            }
        });
    }

    private Optional<String> text(String key) {
        JsonNode value = body.get(key);
        return value == null ? Optional.empty() : Optional.of(textOf(key, value));
    }

    private static String textOf(String path, @Nullable JsonNode node) {
        if (node == null || !node.isString()) {
            throw new Wrong(path, "is no text", "a text");
        }
        return node.asString();
    }

    private static List<String> texts(String path, JsonNode node) {
        if (!node.isArray()) {
            throw new Wrong(path, "is no list", "a list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            texts.add(textOf(path + "[" + i + "]", node.get(i)));
        }
        return texts;
    }

    private static <T> T checked(String path, String text, Function<String, T> parser, String expected) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException _) {
            throw new Wrong(path, "cannot be read", expected);
        }
    }

    /// A body that asks nothing.
    static final class Wrong extends RuntimeException {

        private static final long serialVersionUID = 1;

        Wrong(String field, String what, String expected) {
            super(field + ": " + what + " (expected: " + expected + ")", null, false, false);
        }
    }
}
