package dev.gatehouse.gateway.framing;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.path.Authority;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Unreadable;

/// The fields that say where a request ends (RFC 9112 §6) and whom it is for (§3.2). Stricter than the specification asks: one `Content-Length`, one spelling of a number, no
/// transfer coding but `chunked`, and never both.
final class FramingFields {

    // With a second key it stands for eight octets of a body that no field announces (a draft of 2010), and the host's codec takes them.
    private static final AsciiString DRAFT_KEY = AsciiString.cached("sec-websocket-key1");

    private FramingFields() {}

    /// Why the request is refused; null when it is not.
    static @Nullable Unreadable refusal(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!isSound(headers.getAll(HttpHeaderNames.HOST))) {
            return malformed("Host is no name or address with perhaps a port, or stands twice");
        }
        if (headers.contains(DRAFT_KEY)) {
            return malformed("a WebSocket of a draft, with a body that nothing announces");
        }
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            String why = transferCoding(headers, request.protocolVersion());
            return why.isEmpty() ? expectation(headers) : malformed(why);
        }
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH) && !isPlain(headers.getAll(HttpHeaderNames.CONTENT_LENGTH))) {
            return malformed("no plain Content-Length");
        }
        return expectation(headers);
    }

    private static boolean isSound(List<String> hosts) {
        return hosts.isEmpty() || (hosts.size() == 1 && Authority.isSound(hosts.getFirst()));
    }

    private static String transferCoding(HttpHeaders headers, HttpVersion version) {
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return "Content-Length beside Transfer-Encoding";
        }
        if (!version.equals(HttpVersion.HTTP_1_1)) {
            return "Transfer-Encoding in HTTP/1.0";
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked")
                ? ""
                : "a transfer coding other than chunked";
    }

    private static boolean isPlain(List<String> lengths) {
        return lengths.size() == 1 && Octets.isLength(lengths.getFirst());
    }

    /// The gateway can do one thing that a client may expect (RFC 9110 §10.1.1).
    private static @Nullable Unreadable expectation(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.EXPECT)) {
            return null;
        }
        List<String> expected = headers.getAll(HttpHeaderNames.EXPECT);
        return expected.size() == 1 && expected.getFirst().equalsIgnoreCase("100-continue")
                ? null
                : new Unreadable(Code.EXPECTATION_FAILED, "an expectation other than 100-continue");
    }

    /// What follows the header section of a request that was not refused.
    static long body(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return StrictMessages.CHUNKED;
        }
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        return length == null ? StrictMessages.NO_BODY : Long.parseLong(length);
    }

    /// Takes the wish to end the connection out of `Connection`, and nothing else.
    static void keepAlive(HttpRequest request) {
        HttpHeaders headers = request.headers();
        List<String> options = headers.getAll(HttpHeaderNames.CONNECTION);
        HttpUtil.setKeepAlive(request, true);
        for (String option : String.join(",", options).split(",", -1)) {
            String name = option.strip();
            if (!name.isEmpty() && !HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(name)) {
                headers.add(HttpHeaderNames.CONNECTION, name);
            }
        }
    }

    private static Unreadable malformed(String why) {
        return new Unreadable(Code.REQUEST_MALFORMED, why);
    }
}
