package dev.gatehouse.gateway.problem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Says no to callers of gRPC in their own form: a status in the header section and nothing else ("Trailers-Only" of the protocol over HTTP/2). Stateless.
public final class GrpcRefusal {

    private GrpcRefusal() {}

    /// The answer that says so.
    ///
    /// @param fields what its header section says beside that
    public static Reply reply(Code code, List<Rejection.Field> fields) {
        List<Rejection.Field> all = new ArrayList<>(fields);
        all.add(new Rejection.Field("Content-Type", "application/grpc"));
        all.add(new Rejection.Field("Cache-Control", "no-store"));
        all.add(new Rejection.Field("grpc-status", Integer.toString(status(code))));
        all.add(new Rejection.Field("grpc-message", encoded(code.code() + ": " + code.detail())));
        return new Reply(200, all, new byte[0]);
    }

    /// The status that says the same.
    public static int status(Code code) {
        return switch (code) {
            case REQUEST_ABORTED -> 1; // CANCELLED
            case REQUEST_MALFORMED, REQUEST_AMBIGUOUS_PATH, REQUEST_MEDIA_TYPE, REQUEST_TARGET_TOO_LONG, EXPECTATION_FAILED,
                    REQUEST_HEADERS_TOO_LARGE, REQUEST_CONFLICT ->
                3; // INVALID_ARGUMENT
            case UPSTREAM_TIMEOUT, REQUEST_TIMEOUT -> 4; // DEADLINE_EXCEEDED
            case ACCESS_DENIED, AUTH_CERTIFICATE_MISSING, AUTH_CERTIFICATE_INVALID -> 7; // PERMISSION_DENIED
            case LIMIT_EXCEEDED, REQUEST_TOO_LARGE -> 8; // RESOURCE_EXHAUSTED
            case ROUTE_NONE, ROUTE_METHOD -> 12; // UNIMPLEMENTED
            case GATEWAY_ERROR -> 13; // INTERNAL
            case UPSTREAM_UNREACHABLE, UPSTREAM_BAD_RESPONSE, UPSTREAM_OPEN, AUTH_UNAVAILABLE, GATEWAY_OVERLOADED -> 14; // UNAVAILABLE
            case AUTH_MISSING, AUTH_INVALID, AUTH_EXPIRED, AUTH_REVOKED, AUTH_STEP_UP -> 16; // UNAUTHENTICATED
        };
    }

    private static String encoded(String message) {
        StringBuilder encoded = new StringBuilder(message.length());
        for (byte octet : message.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return encoded.toString();
    }
}
