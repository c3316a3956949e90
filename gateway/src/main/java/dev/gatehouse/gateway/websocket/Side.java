package dev.gatehouse.gateway.websocket;

import java.util.concurrent.ThreadLocalRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/// One end of a socket: what comes from it, and what it has been told. Used on the relay's thread alone.
final class Side {

    private final ChannelHandlerContext context;
    private final Frames frames;
    private final boolean masks;
    private @Nullable ByteBuf held;
    private int owed;
    private boolean told;
    private boolean waiting;
    private boolean gone;

    /// @param frames reads along with what comes from it
    /// @param masks whether what it is told has to be masked, as it is a server
    Side(ChannelHandlerContext context, Frames frames, boolean masks) {
        this.context = context;
        this.frames = frames;
        this.masks = masks;
    }

    Frames frames() {
        return frames;
    }

    /// Octets that came, behind those that could not pass yet.
    ByteBuf withHeld(ByteBuf part) {
        ByteBuf before = held;
        held = null;
        return before == null ? part : Unpooled.wrappedBuffer(before, part);
    }

    /// Keeps what cannot pass yet: less than a control frame.
    void hold(ByteBuf rest) {
        held = rest.isReadable() ? Unpooled.copiedBuffer(rest) : null;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, which is noticed
    void write(ByteBuf octets) {
        context.writeAndFlush(octets);
    }

    /// Says the last word (§5.5.1), once.
    void close(int code) {
        if (told || gone) {
            return;
        }
        tellOfClose();
        ByteBuf frame = Unpooled.buffer(8).writeByte(0x88).writeByte(masks ? 0x82 : 2);
        int mask = masks ? ThreadLocalRandom.current().nextInt() : 0; // hides nothing: the payload is known
        if (masks) {
            frame.writeInt(mask);
        }
        write(frame.writeShort(code ^ (mask >>> 16)));
    }

    /// The last word, as soon as the frame that it is getting has ended.
    void owe(int code) {
        owed = told ? 0 : code;
    }

    int owed() {
        return owed;
    }

    /// Whether it has got a close frame.
    boolean isTold() {
        return told;
    }

    /// It got the other side's close frame.
    void tellOfClose() {
        told = true;
        owed = 0;
    }

    boolean isWritable() {
        return context.channel().isWritable();
    }

    /// Asks for more, unless it is not wanted now.
    void read(boolean wanted) {
        waiting = !wanted;
        if (wanted) {
            context.read();
        }
    }

    /// Whether it would be asked for more if the other side could take it.
    boolean isWaiting() {
        return waiting;
    }

    boolean isGone() {
        return gone;
    }

    void leave() {
        gone = true;
        ByteBuf rest = held;
        held = null;
        if (rest != null) {
            rest.release();
        }
    }

    /// Ends its connection when it has got everything.
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done
    void hangUp() {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /// Ends its connection now.
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done
    void cut() {
        context.close();
    }
}
