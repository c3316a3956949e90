package dev.gatehouse.gateway.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// Whether an upstream's 101 agrees to what it was asked for (RFC 6455 §4.1). Whatever else it says with a 101 is no WebSocket, and a tunnel to it would carry
/// anything. No state.
final class Agreement {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Agreement() {}

    /// Why it does not; empty when it does.
    ///
    /// @param asked the values of the request's fields of a name
    /// @param said those of the response
    static String refusal(Function<String, List<String>> asked, Function<String, List<String>> said) {
        if (!one(said.apply("Upgrade")).equalsIgnoreCase("websocket")) {
            return "a change to another protocol than was asked for";
        }
        if (!one(said.apply("Sec-WebSocket-Accept")).equals(accept(one(asked.apply("Sec-WebSocket-Key"))))) {
            return "Sec-WebSocket-Accept does not answer the key";
        }
        List<String> chosen = said.apply("Sec-WebSocket-Protocol");
        if (!chosen.isEmpty() && !List.of(one(asked.apply("Sec-WebSocket-Protocol")).split(", ", -1)).contains(one(chosen))) {
            return "a subprotocol that was not offered";
        }
        if (!said.apply("Sec-WebSocket-Extensions").isEmpty() && asked.apply("Sec-WebSocket-Extensions").isEmpty()) {
            return "an extension that was not offered";
        }
        return "";
    }

    private static String one(List<String> values) {
        return values.size() == 1 ? values.getFirst().strip() : "";
    }

    /// What answers a key.
    @SuppressWarnings("InsecureCryptoUsage") // RFC 6455 §4.2.2 names the algorithm; nothing is secret here
    static String accept(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(digest.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
