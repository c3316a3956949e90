package dev.gatehouse.gateway.problem;

import java.nio.charset.StandardCharsets;

/// One problem detail (RFC 9457 §3) of one request. Immutable.
///
/// @param code what happened
/// @param requestId the request's id, made of visible ASCII by the gateway or a trusted proxy; also what `instance` points at
public record Problem(Code code, String requestId) {

    /// The media type of the body.
    public static final String MEDIA_TYPE = "application/problem+json";

    // Where the codes are explained to people.
    private static final String TYPES = "https://gatehouse.dev/problems/";

    /// The body, ready to be sent. Every part is a constant or visible ASCII, so nothing needs escaping but what the id check lets through.
    public byte[] json() {
        String id = requestId.replace("\\", "\\\\").replace("\"", "\\\"");
        return ("{\"type\":\"" + TYPES + code.code() + "\",\"title\":\"" + code.title() + "\",\"status\":" + code.status()
                + ",\"detail\":\""
                + code.detail() + "\",\"instance\":\"urn:gatehouse:request:" + id + "\",\"code\":\"" + code.code()
                + "\",\"requestId\":\"" + id
                + "\"}").getBytes(StandardCharsets.UTF_8);
    }
}
