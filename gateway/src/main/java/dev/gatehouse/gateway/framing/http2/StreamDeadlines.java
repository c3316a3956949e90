package dev.gatehouse.gateway.framing.http2;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.settings.ConnectionSettings;

/// The deadlines of a connection and its streams: of one that does nothing, of bodies that come slowly, of answers that are taken slowly. Used by the
/// connection's thread only.
final class StreamDeadlines {

    private final Streams streams;
    private final WatchedStreams open;
    private final FrameHeads heads;
    private final Refusals refusals;
    private final ConnectionSettings settings;
    private @Nullable Future<?> looks;

    StreamDeadlines(Streams streams, WatchedStreams open, FrameHeads heads, Refusals refusals, ConnectionSettings settings) {
        this.streams = streams;
        this.open = open;
        this.heads = heads;
        this.refusals = refusals;
        this.settings = settings;
    }

    /// Looks from now on, often enough for the shortest of them.
    void begin(ChannelHandlerContext context) {
        long shortest = Math.min(settings.bodyTimeout().toNanos(),
                Math.min(settings.sendTimeout().toNanos(), settings.idleTimeout().toNanos()));
        long pace = Math.clamp(shortest / 4, TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.SECONDS.toNanos(1));
        looks = context.executor().scheduleWithFixedDelay(() -> look(context), pace, pace, TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (looks != null) {
            looks.cancel(false);
        }
    }

    private void look(ChannelHandlerContext context) {
        long now = streams.now();
        if (!streams.isOver() && open.idle(now) >= settings.idleTimeout().toNanos()) {
            streams.end(Http2Error.NO_ERROR, "");
        }
        if (streams.isOver()) {
            return;
        }
        List<StreamWatch> late = new ArrayList<>(0);
        List<StreamWatch> stuck = new ArrayList<>(0);
        open.forEach(watch -> {
            if (watch.isSlow(now, settings.bodyTimeout().toNanos(), settings.least(settings.bodyTimeout()),
                    heads.partOf(watch.id()))) {
                late.add(watch);
            } else if (watch.isNotTaken(now, settings.sendTimeout().toNanos(), settings.least(settings.sendTimeout()),
                    Streams.PIECE)) {
                stuck.add(watch);
            }
        });
        late.forEach(watch -> refuse(context, watch));
        stuck.forEach(watch -> reset(context, watch));
    }

    private void refuse(ChannelHandlerContext context, StreamWatch watch) {
        Http2FrameStream stream = watch.frames();
        if (stream != null && !watch.isAnswered()) {
            refusals.answer(context, stream, new Unreadable(Code.REQUEST_TIMEOUT, "body too slow"), false, false);
        } else {
            reset(context, watch);
        }
    }

    private static void reset(ChannelHandlerContext context, StreamWatch watch) {
        Http2FrameStream stream = watch.frames();
        if (stream != null) {
            Refusals.reset(context, stream, Http2Error.CANCEL);
        }
    }
}
