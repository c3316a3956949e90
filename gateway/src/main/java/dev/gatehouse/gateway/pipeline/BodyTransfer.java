package dev.gatehouse.gateway.pipeline;

import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import dev.gatehouse.gateway.compression.Gzip;

/// The parts of one body, from the upstream's connection to the client's.
///
/// What comes before the upstream's connection has been read to its present end is held. When the body has ended by then, all of the answer goes out in one
/// piece. If not, its header section and what there is go out at once, be it a stream of events or a slow page, and each further part as it comes, as many as
/// the client takes. Lives on the upstream's event loop; only [#cancel()] and the client's receipts come from elsewhere.
final class BodyTransfer extends AtomicBoolean implements CoreSubscriber<Object>, Subscription, ChannelFutureListener, Runnable {

    // Of octets; a connection may bring more in one go, and a client shall not wait for a megabyte.
    private static final int MOST_HELD = 64 * 1024;
    // So many parts may be on their way to the client's socket; a codec makes parts of 8 KiB.
    private static final int WINDOW = 32;

    private static final long serialVersionUID = 1;

    private final transient Answer answer;
    private final transient EventLoop loop;
    private final transient CoreSubscriber<? super Void> request;
    private final boolean empty;
    private transient Subscription parts = Operators.emptySubscription();
    private transient @Nullable ByteBuf held;
    private boolean begun;
    private boolean unflushed;

    /// @param loop of the upstream's connection
    BodyTransfer(Answer answer, EventLoop loop, CoreSubscriber<? super Void> request) {
        this.answer = answer;
        this.loop = loop;
        this.request = request;
        this.empty = answer.hasNoBody();
    }

    @Override
    public Context currentContext() {
        return request.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        parts = subscription;
        subscription.request(WINDOW);
        if (!isOver()) {
            loop.execute(this);
        }
    }

    @Override
    public void onNext(Object message) {
        if (isOver()) {
            return;
        }
        ByteBuf part = coded(message instanceof ByteBufHolder holder ? holder.content() : (ByteBuf) message);
        if (empty || !part.isReadable()) {
            part.release();
            parts.request(1);
        } else if (begun) {
            write(part);
        } else {
            hold(part);
        }
    }

    private ByteBuf coded(ByteBuf part) {
        Gzip coding = answer.coding();
        return coding == null ? part.retain() : Unpooled.wrappedBuffer(coding.part(octets(part)));
    }

    private static byte[] octets(ByteBuf part) {
        byte[] octets = new byte[part.readableBytes()];
        part.getBytes(part.readerIndex(), octets);
        return octets;
    }

    private void hold(ByteBuf part) {
        ByteBuf before = held;
        held = before == null ? part : joined(before, part);
        if (held.readableBytes() > MOST_HELD) {
            begin();
        } else {
            parts.request(1);
        }
    }

    private ByteBuf joined(ByteBuf before, ByteBuf part) {
        if (before instanceof CompositeByteBuf all) {
            return all.addComponent(true, part);
        }
        return answer.channel().alloc().compositeBuffer(Integer.MAX_VALUE).addComponent(true, before).addComponent(true, part);
    }

    /// The upstream's connection has been read, for now.
    @Override
    public void run() {
        if (isOver()) {
            drop();
        } else if (!begun) {
            begin();
        } else if (unflushed) {
            unflushed = false;
            answer.channel().flush();
        }
    }

    /// Lets the client see what there is.
    private void begin() {
        begun = true;
        answer.head().subscribe(_ -> {}, this::fail);
        ByteBuf first = held;
        held = null;
        if (first != null) {
            write(first);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it is asked when it is over
    private void write(ByteBuf part) {
        answer.channel().write(new DefaultHttpContent(part)).addListener(this);
        if (!unflushed) {
            unflushed = true;
            loop.execute(this);
        }
    }

    /// The client's socket has taken a part.
    @Override
    public void operationComplete(ChannelFuture written) {
        if (written.isSuccess()) {
            parts.request(1);
        } else if (!isOver()) {
            fail(written.cause());
        }
    }

    @Override
    public void onComplete() {
        answer.hasCome();
        if (!ends()) {
            return;
        }
        Gzip coding = answer.coding();
        ByteBuf rest = coding == null || empty ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(coding.end());
        if (!begun && !empty && answer.needsChunks()) {
            begin();
        }
        if (begun) {
            end(rest);
        } else {
            endAtOnce(rest);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the end of the answer is written behind it, and tells how the writing went
    private void end(ByteBuf rest) {
        if (rest.isReadable()) {
            answer.channel().write(new DefaultHttpContent(rest));
        }
        EventLoop home = answer.loop();
        if (home.inEventLoop()) {
            request.onComplete();
        } else {
            home.execute(request::onComplete); // behind what is being written
        }
    }

    private void endAtOnce(ByteBuf rest) {
        ByteBuf whole = held;
        held = null;
        if (rest.isReadable()) {
            whole = whole == null ? rest : joined(whole, rest);
        }
        if (whole == null) {
            request.onComplete(); // the host sends what it has when the request ends
        } else {
            answer.whole(whole).subscribe(_ -> {}, request::onError, request::onComplete);
        }
    }

    @Override
    public void onError(Throwable failure) {
        fail(failure);
    }

    private void fail(Throwable failure) {
        if (stop()) {
            request.onError(failure);
        }
    }

    @Override
    public void request(long n) {
        // A Mono<Void> has nothing to wait for but its end.
    }

    /// The client has gone, or its time is over.
    @Override
    public void cancel() {
        stop();
    }

    private boolean stop() {
        if (!ends()) {
            return false;
        }
        parts.cancel();
        answer.forget();
        if (loop.inEventLoop()) {
            drop();
        } else {
            loop.execute(this);
        }
        return true;
    }

    /// Whether this is the first to say that it is over.
    private boolean ends() {
        return compareAndSet(false, true);
    }

    private boolean isOver() {
        return get();
    }

    private void drop() {
        ByteBuf before = held;
        held = null;
        if (before != null) {
            before.release();
        }
    }
}
