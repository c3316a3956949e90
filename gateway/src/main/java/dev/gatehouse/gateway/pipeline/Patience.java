package dev.gatehouse.gateway.pipeline;

import java.time.Duration;

import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;

/// How long an upstream may be silent. The HTTP client takes the time from the end of the request to the answer's header section for a pause like any other, so
/// it must be no shorter than the time that somebody is ready to wait. No state.
final class Patience {

    private static final String EVENTS = "text/event-stream";

    private Patience() {}

    /// The client as it is, or one that stands silence as long as this.
    static HttpClient of(HttpClient client, Duration least) {
        @Nullable
        Duration pause = client.configuration().responseTimeout();
        return pause == null || pause.compareTo(least) >= 0 ? client : client.responseTimeout(least);
    }

    /// Lets a stream of events be silent for as long as both ends are there, which [KeepAlive] watches: nobody can say when the next event happens. Any other
    /// answer keeps its measure.
    static void withEvents(HttpHeaders answer, Connection upstream) {
        @Nullable
        String type = answer.get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null || !isOfEvents(type)) {
            return;
        }
        ChannelPipeline pipeline = upstream.channel().pipeline();
        if (pipeline.get(NettyPipeline.ResponseTimeoutHandler) == null) {
            upstream.addHandlerFirst(NettyPipeline.ResponseTimeoutHandler, new Placeholder());
        } else {
            pipeline.remove(NettyPipeline.ResponseTimeoutHandler);
        }
    }

    private static boolean isOfEvents(String type) {
        return type.regionMatches(true, 0, EVENTS, 0, EVENTS.length())
                && (type.length() == EVENTS.length() || " \t;".indexOf(type.charAt(EVENTS.length())) >= 0);
    }

    /// An answer may come before its request has ended. At that end the HTTP client begins to measure silence, unless it finds a handler of that name.
    private static final class Placeholder extends ChannelHandlerAdapter {}
}
