package dev.gatehouse.gateway.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// What a client's handshake asks for (RFC 6455 §4.2.1).
public sealed interface Handshake {

    /// How the subprotocol begins that carries an access token: pages cannot set `Authorization` on a handshake.
    String TOKEN = "bearer.";

    /// A handshake as it should be.
    ///
    /// @param key `Sec-WebSocket-Key`
    /// @param protocols the subprotocols that the backend may choose from, without the one that carries a token
    /// @param extensions `Sec-WebSocket-Extensions`, as received
    /// @param token the access token among the subprotocols, if any
    record Asked(String key, List<String> protocols, List<String> extensions, Optional<String> token) implements Handshake {

        /// Copies the lists.
        public Asked {
            protocols = List.copyOf(protocols);
            extensions = List.copyOf(extensions);
        }

        /// Hands over the fields by which the upstream is asked.
        public void write(BiConsumer<String, String> out) {
            out.accept("Upgrade", "websocket");
            out.accept("Connection", "Upgrade");
            out.accept("Sec-WebSocket-Version", "13");
            out.accept("Sec-WebSocket-Key", key);
            if (!protocols.isEmpty()) {
                out.accept("Sec-WebSocket-Protocol", String.join(", ", protocols));
            }
            if (!extensions.isEmpty()) {
                out.accept("Sec-WebSocket-Extensions", String.join(", ", extensions));
            }
        }

        @Override
        public String toString() {
            return "Asked[protocols=" + protocols.size() + "]";
        }
    }

    /// A handshake that servers could read differently.
    ///
    /// @param why for the log
    record Malformed(String why) implements Handshake {}

    /// Reads a request that has `Upgrade: websocket`.
    ///
    /// @param isHttp11 whether it came over HTTP/1.1
    /// @param fields the values of the fields of a name
    static Handshake read(String method, boolean isHttp11, Function<String, List<String>> fields) {
        if (!isHttp11 || !method.equals("GET") || hasBody(fields)) {
            return new Malformed("a WebSocket is asked for by a GET of HTTP/1.1 without a body");
        }
        if (!one(fields.apply("Upgrade")).equalsIgnoreCase("websocket") || !isOption(fields.apply("Connection"))) {
            return new Malformed("Upgrade is not websocket alone, or Connection does not name it");
        }
        if (!one(fields.apply("Sec-WebSocket-Version")).equals("13")) {
            return new Malformed("Sec-WebSocket-Version is not 13");
        }
        String key = one(fields.apply("Sec-WebSocket-Key"));
        return isKey(key) ? protocols(key, fields) : new Malformed("Sec-WebSocket-Key is no 16 octets in base64");
    }

    private static boolean hasBody(Function<String, List<String>> fields) {
        return !fields.apply("Transfer-Encoding").isEmpty() || !fields.apply("Content-Length").stream().allMatch("0"::equals);
    }

    private static Handshake protocols(String key, Function<String, List<String>> fields) {
        List<String> offered = new ArrayList<>();
        String token = "";
        for (String name : elements(fields.apply("Sec-WebSocket-Protocol"))) {
            if (!isToken(name) || offered.contains(name)) {
                return new Malformed("Sec-WebSocket-Protocol names something twice, or no name");
            }
            if (!name.startsWith(TOKEN)) {
                offered.add(name);
            } else if (token.isEmpty() && name.length() > TOKEN.length()) {
                token = name.substring(TOKEN.length());
            } else {
                return new Malformed("Sec-WebSocket-Protocol carries two tokens, or an empty one");
            }
        }
        if (!token.isEmpty() && offered.isEmpty()) {
            // The token is never answered, and clients end a connection that is answered with none of what they offered.
            return new Malformed("Sec-WebSocket-Protocol carries a token and no subprotocol beside it");
        }
        return new Asked(key, offered, elements(fields.apply("Sec-WebSocket-Extensions")),
                token.isEmpty() ? Optional.empty() : Optional.of(token));
    }

    private static String one(List<String> values) {
        return values.size() == 1 ? values.getFirst().strip() : "";
    }

    private static boolean isOption(List<String> connection) {
        return elements(connection).stream().anyMatch("upgrade"::equalsIgnoreCase);
    }

    /// The elements of a list (RFC 9110 §5.6.1); quoted strings are taken apart too, which for extensions means only that they are put together again.
    private static List<String> elements(List<String> values) {
        List<String> elements = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                if (!element.isBlank()) {
                    elements.add(element.strip());
                }
            }
        }
        return elements;
    }

    private static boolean isKey(String key) {
        if (key.length() != 24 || !key.endsWith("==")) {
            return false;
        }
        for (int i = 0; i < 22; i++) {
            char character = key.charAt(i);
            if (!(isAlphanumeric(character) || character == '+' || character == '/')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isAlphanumeric(name.charAt(i)) && "!#$%&'*+-.^_`|~".indexOf(name.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }
}
