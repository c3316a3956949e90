package dev.gatehouse.gateway.framing.http2;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Reads the head of each frame (RFC 9113 §4.1) without holding an octet back: counts frames that carry nothing, and gives what has begun and is not a
/// body (preface, head, control frame, header section with its continuations) a deadline. One per connection.
final class FrameHeads extends ChannelInboundHandlerAdapter {

    /// How long the preface of a client is (§3.4).
    static final int PREFACE = 24;

    private static final int HEAD = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    // A header section that fills our bound fits three frames.
    private static final int MAX_CONTINUATIONS = 8;
    private static final int AT_ONCE = 32;

    private final Streams streams;
    private final ControlFrames budget;
    private final long headerMillis;

    private int preface;
    private int headOctets;
    private long head;
    private int length;
    private int type;
    private int flags;
    private int stream;
    private int left;
    private boolean inSection;
    private int continuations;
    private long rests;
    private boolean over;
    private @Nullable Future<?> deadline;

    /// @param preface how much of the preface has yet to come
    FrameHeads(Streams streams, ControlFrames budget, long headerMillis, int preface) {
        this.streams = streams;
        this.budget = budget;
        this.headerMillis = headerMillis;
        this.preface = preface;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        watch(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            pass(context, bytes);
        } else {
            context.fireChannelRead(message);
        }
    }

    /// A few frames at a time, because the codec goes on with what it has got when it has ended the connection.
    private void pass(ChannelHandlerContext context, ByteBuf bytes) {
        while (bytes.isReadable()) {
            int end = read(context, bytes);
            if (over || streams.isOver() || !context.channel().isOpen()) {
                break;
            }
            context.fireChannelRead(bytes.readRetainedSlice(end - bytes.readerIndex()));
            watch(context);
        }
        bytes.release();
    }

    /// Where what may be passed at once ends.
    private int read(ChannelHandlerContext context, ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        int heads = 0;
        while (at < end && !over) {
            if (preface > 0) {
                int passed = Math.min(preface, end - at);
                preface -= passed;
                at += passed;
            } else if (left > 0) {
                int passed = Math.min(left, end - at);
                left -= passed;
                at += passed;
            } else if (headOctets == 0 && heads == AT_ONCE) {
                break;
            } else {
                head(context, bytes.getByte(at++));
                heads += headOctets == 0 ? 1 : 0;
            }
            rests += isPending() ? 0 : 1;
        }
        return at;
    }

    private void head(ChannelHandlerContext context, byte octet) {
        headOctets++;
        if (headOctets <= 5) {
            head = head << 8 | (octet & 0xff);
        } else {
            stream = (headOctets == 6 ? octet & 0x7f : stream << 8 | (octet & 0xff));
        }
        if (headOctets == HEAD) {
            length = (int) (head >> 16);
            type = (int) (head >> 8) & 0xff;
            flags = (int) head & 0xff;
            head = 0;
            headOctets = 0;
            left = length;
            begin(context);
        }
    }

    private void begin(ChannelHandlerContext context) {
        switch (type) {
            case HEADERS -> {
                inSection = (flags & END_HEADERS) == 0;
                continuations = 0;
                budget.give(ControlFrames.FOR_REQUEST);
            }
            case CONTINUATION -> {
                inSection = (flags & END_HEADERS) == 0;
                if (++continuations > MAX_CONTINUATIONS) {
                    end("more than " + MAX_CONTINUATIONS + " continuations of a header section");
                }
            }
            case DATA -> {
                if (length == 0 && (flags & END_STREAM) == 0) {
                    take(context);
                }
            }
            default -> take(context);
        }
    }

    private void take(ChannelHandlerContext context) {
        if (!budget.take(1, context.executor().ticker().nanoTime())) {
            end("a flood of frames that carry nothing");
        }
    }

    private void end(String why) {
        over = true;
        streams.end(Http2Error.ENHANCE_YOUR_CALM, why);
    }

    /// How much has come of the frame of a body that is under way; 0 when it is another stream's.
    int partOf(int id) {
        return left > 0 && type == DATA && stream == id ? length - left : 0;
    }

    /// Whether something has begun that is no body.
    private boolean isPending() {
        return preface > 0 || headOctets > 0 || inSection || (left > 0 && type != DATA);
    }

    private void watch(ChannelHandlerContext context) {
        if (deadline == null && !over && isPending()) {
            long begun = rests;
            deadline = context.executor().schedule(() -> expire(context, begun), headerMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void expire(ChannelHandlerContext context, long begun) {
        deadline = null;
        if (rests == begun && isPending()) {
            end("preface, frame or header section too slow");
        } else {
            watch(context);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    private void stop() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
