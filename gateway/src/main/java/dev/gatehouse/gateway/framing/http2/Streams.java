package dev.gatehouse.gateway.framing.http2;

import java.util.function.BiConsumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.problem.Refused;
import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.settings.ConnectionSettings;

/// Sees every frame of a connection between the codec and the host: refuses what is no request, ends trailers of requests, which are kept if they were announced, and
/// keeps the deadlines of bodies, answers and idle connections. One per connection.
public final class Streams extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final AttributeKey<Streams> OF = AttributeKey.valueOf(Streams.class, "of");
    private static final String HEADS = "gatehouse.heads";
    private static final String STREAMS = "gatehouse.streams";
    // Answers go to the codec in pieces of this size, so that one which is taken slowly can be told from one which is not.
    static final int PIECE = 8_192;

    // In a header section it says that the call ended without an answer, and clients take nothing else behind it.
    private static final String GRPC_STATUS = "grpc-status";
    private static final AsciiString TRAILER = AsciiString.cached("trailer");

    private final Channel channel;
    private final WatchedStreams open;
    private final Refusals refusals;
    private final ControlFrames budget;
    private final FrameHeads heads;

    private final StreamDeadlines deadlines;

    private boolean over;

    private Streams(Channel channel, Http2FrameCodec codec, ConnectionSettings settings, BiConsumer<Channel, Refused> witness,
            int preface) {
        this.channel = channel;
        this.open = new WatchedStreams(codec.connection(), this::now);
        this.refusals = new Refusals(witness);
        this.budget = new ControlFrames(now());
        this.heads = new FrameHeads(this, budget, settings.headerTimeout().toMillis(), preface);
        this.deadlines = new StreamDeadlines(this, open, heads, refusals, settings);
    }

    /// Watches a connection whose codec is in place from now on.
    ///
    /// @param codec the name of its HTTP/2 codec
    /// @param prefaced whether the client's preface has been read
    /// @param most how many streams there may be at once
    /// @param witness told of every request that is refused here
    public static void watch(ChannelPipeline pipeline, String codec, ConnectionSettings settings, boolean prefaced, int most,
            BiConsumer<Channel, Refused> witness) {
        Streams streams = new Streams(pipeline.channel(), (Http2FrameCodec) pipeline.get(codec), settings, witness,
                prefaced ? 0 : FrameHeads.PREFACE);
        pipeline.channel().attr(OF).set(streams);
        pipeline.addBefore(codec, HEADS, streams.heads);
        pipeline.addAfter(codec, STREAMS, streams);
        pipeline.addAfter(STREAMS, "gatehouse.resets", new ResetsFirst());
        ConnectionWindow.widen(pipeline.context(STREAMS), most);
    }

    static @Nullable Streams of(Channel connection) {
        return connection.attr(OF).get();
    }

    boolean isCut(int id) {
        return open.isCut(id);
    }

    @Nullable
    StreamWatch watch(Http2FrameStream stream) {
        return open.of(stream);
    }

    /// The last stream that counts is none that the client could have opened yet.
    @SuppressWarnings("FutureReturnValueIgnored") // a client that has gone need not be told
    void leave() {
        if (!over) {
            channel.pipeline().context(this)
                    .writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
        }
    }

    /// By the clock of the connection's event loop, in nanoseconds.
    long now() {
        return channel.eventLoop().ticker().nanoTime();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadlines.begin(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof Http2HeadersFrame section) {
            StreamWatch watch = open.of(section.stream());
            if (watch != null && !watch.begins(section.stream())) {
                watch.ends(section.headers());
                section.headers().clear();
            } else if (watch != null && isRefused(context, section)) {
                return;
            } else if (watch != null && section.headers().contains(TRAILER)) {
                watch.announces(section.headers().getAll(TRAILER));
            }
        } else if (message instanceof Http2DataFrame part) {
            StreamWatch watch = open.of(part.stream());
            if (watch != null) {
                watch.came(part.initialFlowControlledBytes(), now());
            }
        }
        context.fireChannelRead(message);
    }

    private boolean isRefused(ChannelHandlerContext context, Http2HeadersFrame section) {
        Unreadable refusal = RequestFields.refusal(section.headers(), section.isEndStream());
        Http2FrameStream stream = section.stream();
        if (refusal == null || stream == null) {
            return false;
        }
        CharSequence method = section.headers().method();
        refusals.answer(context, stream, refusal, method != null && "HEAD".contentEquals(method), section.isEndStream());
        if (!budget.take(ControlFrames.REFUSAL, now())) {
            end(Http2Error.ENHANCE_YOUR_CALM, "a flood of requests that are none");
        }
        return true;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise, which the caller holds, tells how the write ended
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        switch (message) {
            case Http2HeadersFrame section -> {
                StreamWatch watch = open.of(section.stream());
                CharSequence status = section.headers().status();
                if (watch != null && (status == null || status.charAt(0) != '1')) {
                    watch.answers(section.isEndStream());
                }
                if (watch != null && status != null && !section.isEndStream() && section.headers().contains(GRPC_STATUS)) {
                    watch.isWhole();
                    watch.answerEnds();
                    context.write(new DefaultHttp2HeadersFrame(section.headers(), true).stream(section.stream()), promise);
                    return;
                }
                context.write(message, promise);
            }
            case Http2DataFrame part -> write(context, part, promise);
            case Http2WindowUpdateFrame window -> {
                StreamWatch watch = open.of(window.stream());
                if (watch != null) {
                    watch.returned(window.windowSizeIncrement(), now());
                }
                context.write(message, promise);
            }
            default -> context.write(message, promise);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as above
    private void write(ChannelHandlerContext context, Http2DataFrame part, ChannelPromise promise) {
        StreamWatch watch = open.of(part.stream());
        if (watch == null) {
            context.write(part, promise);
            return;
        }
        if (watch.endedEarly()) {
            part.release();
            promise.trySuccess();
            return;
        }
        budget.give(ControlFrames.FOR_DATA);
        if (part.isEndStream()) {
            watch.answerEnds();
        }
        ByteBuf content = part.content();
        while (content.readableBytes() > PIECE) {
            hand(context, watch, new DefaultHttp2DataFrame(content.readRetainedSlice(PIECE)).stream(part.stream()), PIECE,
                    context.newPromise());
        }
        hand(context, watch, part, content.readableBytes(), promise.unvoid());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as above
    private static void hand(ChannelHandlerContext context, StreamWatch watch, Http2DataFrame part, int octets,
            ChannelPromise promise) {
        if (octets > 0) {
            watch.waits(octets);
            promise.addListener(_ -> watch.took(octets));
        }
        context.write(part, promise);
    }

    /// Done when the connection is closed, whoever closed it: the codec, which waits for its streams, forgets who waits for that if the client goes ahead of them.
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the connection's own tells more
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        channel.closeFuture().addListener(_ -> promise.trySuccess()); // not handed on, it would be completed twice
        context.close();
    }

    /// Whether the connection has been ended here.
    boolean isOver() {
        return over;
    }

    /// Says goodbye and closes the connection, whatever its streams do.
    ///
    /// @param why for the log; empty: nothing worth a line
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done once it is closed
    void end(Http2Error error, String why) {
        over = true;
        if (!why.isEmpty()) {
            LOG.atDebug().addKeyValue("reason", why).log("An HTTP/2 connection is closed");
        }
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.context(this).writeAndFlush(new DefaultHttp2GoAwayFrame(error));
        pipeline.context(HEADS).close(); // not through the codec, which would wait for the streams
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        over = true;
        deadlines.stop();
    }
}
