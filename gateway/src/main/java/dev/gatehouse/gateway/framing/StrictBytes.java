package dev.gatehouse.gateway.framing;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Unreadable;

/// Stands before the HTTP codec and lets through what [HeaderSection] and [Chunks] take, as it came and without holding it back; a section that is refused
/// never reaches the codec whole. The codec gets one section at a time, so that [StrictMessages] behind it has told what kind of body follows
/// before the next octet is looked at. Octets of a body are counted, not read.
///
/// What comes once the connection has changed to another protocol (101) passes as it is.
///
/// A section has a deadline that begins with its first octet. After a refusal everything else that the connection brings is dropped.
/// One per connection.
final class StrictBytes extends ChannelInboundHandlerAdapter {

    private enum Part {
        HEADER, LENGTH, CHUNKS, TRAILERS, REFUSED
    }

    // Smaller than what the codec takes, which would end the body before it said no: a backend would have the whole of a request that was refused.
    private static final int MAX_TRAILERS = 8192;

    private final StrictMessages messages;
    private final long headerMillis;
    private final HeaderSection section = new HeaderSection();
    private final Chunks chunks = new Chunks();

    private Part part = Part.HEADER;
    private long left;
    private int bodies;
    private int trailers;
    private @Nullable Future<?> deadline;

    StrictBytes(StrictMessages messages, long headerMillis) {
        this.messages = messages;
        this.headerMillis = headerMillis;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || messages.isTunnel()) {
            context.fireChannelRead(message);
            return;
        }
        ByteBuf rest = bytes;
        while (part != Part.REFUSED && rest != null) {
            rest = pass(context, rest);
        }
        if (rest != null) {
            rest.release();
        }
        watchSection(context);
    }

    /// Passes one part of a message on, and answers with what is left of the octets; null when nothing is.
    private @Nullable ByteBuf pass(ChannelHandlerContext context, ByteBuf bytes) {
        boolean ended = false;
        int end = bytes.writerIndex();
        switch (part) {
            case HEADER, TRAILERS -> {
                int last = bytes.forEachByte(section);
                ended = section.isDone();
                end = ended ? last + 1 : end;
                if (section.isRefused()) {
                    refuse(section.code(), section.why());
                } else if (part == Part.TRAILERS && (trailers += end - bytes.readerIndex()) > MAX_TRAILERS) {
                    refuse(Code.REQUEST_HEADERS_TOO_LARGE, "more than " + MAX_TRAILERS + " octets of trailers");
                }
            }
            case LENGTH -> {
                end = bytes.readerIndex() + (int) Math.min(left, bytes.readableBytes());
                left -= end - bytes.readerIndex();
                ended = left == 0;
            }
            case CHUNKS -> {
                end = endOfChunks(bytes);
                ended = chunks.isLast();
                if (chunks.isRefused()) {
                    refuse(Code.REQUEST_MALFORMED, chunks.why());
                }
            }
            case REFUSED -> throw new IllegalStateException("refused");
        }
        return part == Part.REFUSED ? bytes : passTo(end, ended, context, bytes);
    }

    private int endOfChunks(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex() && !chunks.isLast() && !chunks.isRefused()) {
            int data = (int) Math.min(chunks.data(), bytes.writerIndex() - at);
            if (data > 0) {
                chunks.passed(data);
                at += data;
            } else {
                chunks.line(bytes.getByte(at++));
            }
        }
        return at;
    }

    private @Nullable ByteBuf passTo(int end, boolean ended, ChannelHandlerContext context, ByteBuf bytes) {
        boolean all = end == bytes.writerIndex();
        context.fireChannelRead(all ? bytes : bytes.readRetainedSlice(end - bytes.readerIndex()));
        if (ended) {
            next();
        }
        return all ? null : bytes;
    }

    private void next() {
        switch (part) {
            case HEADER -> {
                stopWatching();
                begin(messages.body());
            }
            case CHUNKS -> {
                part = Part.TRAILERS;
                trailers = 0;
                section.restartAtFields();
            }
            case LENGTH, TRAILERS -> begin(StrictMessages.NO_BODY);
            case REFUSED -> throw new IllegalStateException("refused");
        }
    }

    private void begin(long body) {
        bodies += body == StrictMessages.NO_BODY ? 0 : 1;
        if (body == StrictMessages.NO_BODY) {
            part = Part.HEADER;
            section.restart();
        } else if (body == StrictMessages.CHUNKED) {
            part = Part.CHUNKS;
            chunks.restart();
        } else if (body == StrictMessages.REFUSED) {
            part = Part.REFUSED;
        } else {
            part = Part.LENGTH;
            left = body;
        }
    }

    private void watchSection(ChannelHandlerContext context) {
        if (part == Part.HEADER && deadline == null && !section.isUntouched()) {
            deadline = context.executor().schedule(() -> expire(context), headerMillis, TimeUnit.MILLISECONDS);
        }
    }

    /// Behind a request that is being answered nothing is late: the host may have stopped reading.
    private void expire(ChannelHandlerContext context) {
        deadline = null;
        if (messages.isIdle()) {
            refuse(Code.REQUEST_TIMEOUT, "header section too slow");
        } else {
            watchSection(context);
        }
    }

    private void stopWatching() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /// Whether a body has begun and not ended.
    boolean isInBody() {
        return part == Part.LENGTH || part == Part.CHUNKS || part == Part.TRAILERS;
    }

    /// How many bodies have begun, to tell one from the next.
    int bodies() {
        return bodies;
    }

    void refuseSlowBody() {
        refuse(Code.REQUEST_TIMEOUT, "body too slow");
    }

    private void refuse(Code code, String why) {
        stopWatching();
        boolean begun = part != Part.HEADER;
        part = Part.REFUSED;
        if (begun) {
            messages.refuseBody(new Unreadable(code, why));
        } else {
            messages.refuse(new Unreadable(code, why));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWatching();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopWatching();
    }
}
