package dev.gatehouse.gateway.problem;

import java.util.UUID;
import java.util.function.BiConsumer;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// Gives the error contract to requests that never become one: what the HTTP codec cannot read (RFC 9112 §2.2, RFC 6585 §5). The server below answers
/// those with an empty body and closes the connection; this handler, next to the codec, puts the problem in that answer. One per connection.
public final class UnreadableRequests extends ChannelDuplexHandler {

    private final BiConsumer<Channel, Refused> witness;
    private boolean unreadable;
    private @Nullable Unreadable refusal;
    private int ahead;
    private boolean answering;

    /// @param witness told of every such request once, when it is answered
    public UnreadableRequests(BiConsumer<Channel, Refused> witness) {
        this.witness = witness;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
            unreadable = true;
            refusal = part.decoderResult().cause() instanceof Unreadable known ? known : null;
        } else if (message instanceof HttpRequest) {
            ahead++;
        }
        context.fireChannelRead(message);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise, which the caller holds, tells how the write ended
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Code code = unreadable && ahead == 0 && message instanceof FullHttpResponse answer ? codeOf(answer) : null;
        if (code == null) {
            count(message);
            context.write(message, promise);
        } else {
            ((FullHttpResponse) message).release();
            Refused refused = new Refused(code, UUID.randomUUID().toString(), why());
            context.write(problem(refused), promise);
            witness.accept(context.channel(), refused);
        }
    }

    /// Requests that are answered before this one; their answers are somebody else's.
    private void count(Object message) {
        if (message instanceof HttpResponse response && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            answering = true;
        }
        if (message instanceof LastHttpContent && answering) {
            answering = false;
            ahead--;
        }
    }

    private String why() {
        String why = refusal == null ? null : refusal.getMessage();
        return why == null ? "" : why;
    }

    private @Nullable Code codeOf(FullHttpResponse answer) {
        if (refusal != null && answer.status().code() == 400) {
            return refusal.code();
        }
        return switch (answer.status().code()) {
            case 400 -> Code.REQUEST_MALFORMED;
            case 413 -> Code.REQUEST_TOO_LARGE;
            case 414 -> Code.REQUEST_TARGET_TOO_LONG;
            case 431 -> Code.REQUEST_HEADERS_TOO_LARGE;
            default -> null;
        };
    }

    private static FullHttpResponse problem(Refused refused) {
        byte[] body = new Problem(refused.code(), refused.requestId()).json();
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(refused.code().status()), Unpooled.wrappedBuffer(body));
        response.headers().set("X-Request-Id", refused.requestId()).set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length).set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
