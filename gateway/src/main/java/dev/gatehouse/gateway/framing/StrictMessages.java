package dev.gatehouse.gateway.framing;

import java.util.IdentityHashMap;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.problem.Unreadable;

/// Stands behind the HTTP codec: asks [FramingFields] about every request, tells [StrictBytes] what body follows, and carries its refusals to the host in
/// the order of the requests. Who waits for leave to send a body and gets an answer instead may send it or not (RFC 9110 §10.1.1): nobody could tell what comes
/// next, so such an answer ends the connection. Trailers of a request end here, but for announced ones, which are kept for whoever asks
/// (RFC 9110 §6.5.1). One per connection.
final class StrictMessages extends ChannelDuplexHandler {

    /// The request ends with its header section.
    static final long NO_BODY = 0;
    /// The body has chunks and no length.
    static final long CHUNKED = -1;
    /// There is no readable request, so nobody knows what follows.
    static final long REFUSED = -2;

    // So many requests may wait with what stood behind their bodies; of more it is forgotten.
    private static final int MOST_KEPT = 16;

    private final IdentityHashMap<HttpHeaders, HttpHeaders> kept = new IdentityHashMap<>(0);
    private @Nullable HttpHeaders announcing;
    private @Nullable ChannelHandlerContext context;
    private long body = REFUSED;
    private int unanswered;
    private long sent;
    private boolean answering;
    private boolean expecting;
    private boolean last;
    private boolean whole;
    private boolean dropping;
    private boolean tunnel;
    private @Nullable Unreadable brokenOff;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /// What follows the header section that the codec was given last: a length in octets, or one of the constants.
    long body() {
        long following = body;
        body = REFUSED;
        return following;
    }

    /// Why the body of the last request ended before its end.
    Optional<Unreadable> brokenOff() {
        return Optional.ofNullable(brokenOff);
    }

    /// What stood behind a request's body; says so once, and nothing where the header section has not announced it.
    ///
    /// @param head the request's header section, the very one that passed here
    Optional<HttpHeaders> trailers(HttpHeaders head) {
        return Optional.ofNullable(kept.remove(head));
    }

    /// Whether an answer has begun and not ended.
    boolean isAnswering() {
        return answering;
    }

    /// Whether the answer after which the connection ends went out to its end.
    boolean isWhole() {
        return whole;
    }

    /// How many octets the body of the last answer has up to now.
    long sent() {
        return sent;
    }

    /// Whether every request that has come is answered.
    boolean isIdle() {
        return unanswered == 0;
    }

    /// Whether the connection has changed to another protocol, of which this package knows nothing.
    boolean isTunnel() {
        return tunnel;
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        if (message instanceof HttpRequest request) {
            begin(request);
        } else if (message instanceof LastHttpContent) {
            expecting = false;
        }
        if (dropping) {
            ReferenceCountUtil.release(message);
        } else {
            reading.fireChannelRead(
                    message instanceof LastHttpContent end && !end.trailingHeaders().isEmpty() ? withoutTrailers(end) : message);
        }
    }

    /// What stands behind a request that ends the connection is no request (RFC 9112 §9.6). The host may not know of that end before the answers to the
    /// requests ahead are out: it would answer nothing more, and leave the connection open.
    private void begin(HttpRequest request) {
        if (last) {
            dropping = true;
            body = REFUSED;
            return;
        }
        unanswered++;
        announcing = request.headers().contains(HttpHeaderNames.TRAILER) ? request.headers() : null;
        body = request.decoderResult().isSuccess() ? check(request) : REFUSED;
        expecting = body != NO_BODY && HttpUtil.is100ContinueExpected(request);
        if (body != REFUSED && !HttpUtil.isKeepAlive(request)) {
            last = true;
            if (unanswered > 1) {
                FramingFields.keepAlive(request);
            }
        }
    }

    private static long check(HttpRequest request) {
        Unreadable refusal = FramingFields.refusal(request);
        if (refusal != null) {
            request.setDecoderResult(DecoderResult.failure(refusal));
            return REFUSED;
        }
        return FramingFields.body(request.headers());
    }

    private HttpObject withoutTrailers(LastHttpContent last) {
        HttpHeaders head = announcing;
        if (head != null && kept.size() < MOST_KEPT) {
            kept.put(head, last.trailingHeaders());
        }
        HttpObject bare = new DefaultLastHttpContent(last.content());
        bare.setDecoderResult(last.decoderResult());
        return bare;
    }

    /// Refuses a request that has not begun, in the order of the requests.
    void refuse(Unreadable refusal) {
        ChannelHandlerContext here = context;
        if (here != null && !here.isRemoved() && !last) {
            HttpRequest refused = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request");
            refused.setDecoderResult(DecoderResult.failure(refusal));
            here.fireChannelRead(refused);
            here.fireChannelReadComplete();
        }
    }

    /// Refuses a body that has begun. For the host it ends here; whoever reads it asks [Framing#brokenOff] at its end, so that no backend takes the part for
    /// the whole. Where an answer is under way already, or others have to come first, the connection is broken off.
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done once the connection is closed
    void refuseBody(Unreadable refusal) {
        ChannelHandlerContext here = context;
        if (here == null || here.isRemoved()) {
            return;
        }
        last = true;
        brokenOff = refusal;
        if (answering || unanswered != 1) {
            here.close();
        } else {
            here.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
            here.fireChannelReadComplete();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise, which the caller holds, tells how the write ended
    public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            answer(response);
        }
        if (message instanceof HttpContent content) {
            sent += content.content().readableBytes();
        } else if (message instanceof ByteBuf content) {
            sent += content.readableBytes();
        }
        if (message instanceof LastHttpContent && answering) {
            answering = false;
            unanswered--;
            if (unanswered == 0 && !kept.isEmpty()) {
                kept.clear();
            }
            if (last && unanswered == 0) {
                writing.write(message, promise.unvoid()).addListener(written -> end(writing, written.isSuccess()));
                return;
            }
            if (unanswered == 0) {
                writing.executor().execute(() -> readOn(writing));
            }
        }
        writing.write(message, promise);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done once the connection is closed
    private void end(ChannelHandlerContext here, boolean written) {
        whole = written;
        here.close();
    }

    /// The host (Reactor Netty 1.3.7) asks for no more octets when a request that it had held back behind the end of another one was answered at
    /// once, and the connection would stand still until the client gives up. A connection that owes no answer reads, so asking once more is right.
    private void readOn(ChannelHandlerContext here) {
        if (unanswered == 0 && !here.isRemoved()) {
            here.read();
        }
    }

    private void answer(HttpResponse response) {
        if (response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            tunnel = true;
        } else if (response.status().code() == HttpResponseStatus.CONTINUE.code()) {
            expecting = expecting && unanswered > 1; // else it is the last request's, whose body has not come
        } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            answering = true;
            sent = 0;
            last = last || (expecting && unanswered == 1);
            if (last && unanswered == 1) {
                HttpUtil.setKeepAlive(response, false);
            }
        }
    }
}
