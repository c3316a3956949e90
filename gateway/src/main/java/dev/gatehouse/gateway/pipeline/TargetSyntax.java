package dev.gatehouse.gateway.pipeline;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;

/// Makes request targets readable for the host before it sees them. Browsers send `|`, `^` and their kin in queries as they are, and the host's strict URI
/// parser would refuse them: they are percent-encoded, which says the same. Whatever is not visible ASCII is no request target (RFC 9112 §3.2) and
/// fails like any other malformed request line. Stateless.
@Sharable
final class TargetSyntax extends ChannelInboundHandlerAdapter {

    private static final String ENCODED = "\"<>\\^`{|}";

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            check(request);
        }
        context.fireChannelRead(message);
    }

    private static void check(HttpRequest request) {
        String target = request.uri();
        boolean encode = false;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || (c == '%' && !isTriplet(target, i))) {
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("request target")));
                return;
            }
            encode |= mustBeEncoded(c);
        }
        if (encode) {
            request.setUri(encoded(target));
        }
    }

    private static boolean mustBeEncoded(char c) {
        // Letters, digits and the slash first: almost every character is one.
        return !((c >= 'a' && c <= 'z') || (c >= '/' && c <= '9') || (c >= 'A' && c <= 'Z')) && ENCODED.indexOf(c) >= 0;
    }

    private static boolean isTriplet(String target, int percent) {
        return percent + 2 < target.length() && Character.digit(target.charAt(percent + 1), 16) >= 0
                && Character.digit(target.charAt(percent + 2), 16) >= 0;
    }

    private static String encoded(String target) {
        StringBuilder readable = new StringBuilder(target.length() + 16);
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (mustBeEncoded(c)) {
                readable.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            } else {
                readable.append(c);
            }
        }
        return readable.toString();
    }
}
