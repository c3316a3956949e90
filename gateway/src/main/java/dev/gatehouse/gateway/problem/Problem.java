package dev.gatehouse.gateway.problem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// One problem detail (RFC 9457 §3) of one request. Immutable.
///
/// @param code what happened
/// @param requestId the request's id, made of visible ASCII by the gateway or a trusted proxy; also what `instance` points at
/// @param detail what happened, in a sentence; towards clients always the code's own
public record Problem(Code code, String requestId, String detail) {

    /// The media type of the body.
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final Rejection.Field TYPE = new Rejection.Field("Content-Type", MEDIA_TYPE);
    private static final Rejection.Field NO_STORE = new Rejection.Field("Cache-Control", "no-store");

    // Where the codes are explained to people.
    private static final String TYPES = "https://gatehouse.dev/problems/";

    /// A problem with the code's own sentence.
    public Problem(Code code, String requestId) {
        this(code, requestId, code.detail());
    }

    /// The body, ready to be sent.
    public byte[] json() {
        String id = escaped(requestId);
        return ("{\"type\":\"" + TYPES + code.code() + "\",\"title\":\"" + code.title() + "\",\"status\":" + code.status()
                + ",\"detail\":\""
                + escaped(detail) + "\",\"instance\":\"urn:gatehouse:request:" + id + "\",\"code\":\"" + code.code()
                + "\",\"requestId\":\"" + id
                + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /// The answer that says so.
    ///
    /// @param fields what its header section says beside that
    public Reply reply(List<Rejection.Field> fields) {
        List<Rejection.Field> all = new ArrayList<>(fields.size() + 2);
        all.add(TYPE);
        all.add(NO_STORE);
        all.addAll(fields);
        return new Reply(code.status(), all, json());
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > 0x7e) {
                escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                escaped.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return escaped.toString();
    }
}
