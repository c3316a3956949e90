package dev.gatehouse.gateway.pipeline;

import java.util.List;
import java.util.Optional;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.identity.TrailerFields;

/// What a client says behind its body, as far as it has announced it and a backend may be told. Used by one request's signals only.
final class RequestTrailers {

    private static final String HANDLER = "gatehouse.trailers";

    private final Visit visit;
    private final List<String> announced;
    private volatile HttpHeaders said = EmptyHttpHeaders.INSTANCE;

    private RequestTrailers(Visit visit, List<String> announced) {
        this.visit = visit;
        this.announced = announced;
    }

    /// Announces to the backend what may pass; empty when nothing of the kind will come. Behind a body of a known length there is no place for it.
    ///
    /// @param trailer the values of `Trailer` as the client has sent them
    /// @param outgoing the backend's header section, which is asked for `Content-Length` and gets `Trailer`
    static Optional<RequestTrailers> of(Visit visit, List<String> trailer, HttpHeaders outgoing) {
        if (outgoing.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return Optional.empty();
        }
        List<String> names = TrailerFields.announced(trailer, visit.origin().headers());
        if (names.isEmpty()) {
            return Optional.empty();
        }
        outgoing.set(HttpHeaderNames.TRAILER, String.join(", ", names));
        return Optional.of(new RequestTrailers(visit, names));
    }

    /// The body has been read to its end.
    void came() {
        HttpHeaders passing = new DefaultHttpHeaders();
        Framing.trailers(visit.channel(), visit.received().headers())
                .ifPresent(all -> TrailerFields.ofRequest(announced, new NettyFields(all), passing::add));
        said = passing;
    }

    /// A client that writes them behind the body.
    HttpClient behind(HttpClient client) {
        return client.doOnRequest((_, connection) -> connection.addHandlerLast(HANDLER, new Behind()));
    }

    /// The host's client ends every body with nothing behind it.
    private final class Behind extends ChannelOutboundHandlerAdapter {

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the promise, which the caller holds, tells how the write ended
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof LastHttpContent last && !(message instanceof FullHttpMessage) && !said.isEmpty()) {
                context.write(new DefaultLastHttpContent(last.content(), said), promise);
            } else {
                context.write(message, promise);
            }
        }
    }
}
