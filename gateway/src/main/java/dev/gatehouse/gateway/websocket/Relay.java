package dev.gatehouse.gateway.websocket;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/// One socket: passes octets between its two sides as fast as the slower one takes them, and ends both when one ends, when what came is no frame, or when
/// the gateway says so. Everything happens on the client's event loop; [#check] may be called on any thread.
final class Relay {

    // For the answer to a close frame, for the rest of a frame under way, and for a side that does not take its last octets.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int NORMAL = 1000;
    // No close frame came (RFC 6455 §7.4.1).
    private static final int LOST = 1006;

    private final EventExecutor home;
    private final Side client;
    private final Side upstream;
    private final Warrant warrant;
    private final Duration idle;
    private final LongSupplier nanoTime;
    private final BiConsumer<Ending, Integer> ended;

    private volatile long moved;
    private volatile long leaving;
    private volatile @Nullable Ending ending;
    private volatile boolean forgotten;
    private int closeCode;
    private boolean over;

    /// @param ended told once, with the close code that was said first
    Relay(EventExecutor home, Side client, Side upstream, Warrant warrant, Duration idle, LongSupplier nanoTime,
            BiConsumer<Ending, Integer> ended) {
        this.home = home;
        this.client = client;
        this.upstream = upstream;
        this.warrant = warrant;
        this.idle = idle;
        this.nanoTime = nanoTime;
        this.ended = ended;
        this.moved = nanoTime.getAsLong();
    }

    Leg.Listener clientSide() {
        return new Ear(this, home, client, upstream);
    }

    Leg.Listener upstreamSide() {
        return new Ear(this, home, upstream, client);
    }

    void begin() {
        client.read(true);
        upstream.read(true);
    }

    /// Looks whether it has to end.
    void check() {
        long now = nanoTime.getAsLong();
        if (ending != null) {
            if (now - leaving > PATIENCE.toNanos()) {
                atHome(this::cut);
            }
        } else if (now - moved > idle.toNanos()) {
            end(Ending.IDLE);
        } else {
            warrant.over().ifPresent(this::end);
        }
    }

    /// Ends it in order, within [#PATIENCE].
    void end(Ending why) {
        atHome(() -> sayGoodbye(why, why.client()));
    }

    /// On the client's event loop, if that still runs.
    void atHome(Runnable step) {
        if (home.inEventLoop()) {
            step.run();
            return;
        }
        try {
            home.execute(step);
        } catch (RejectedExecutionException stopping) {
            // The loop has ended, and every connection with it.
        }
    }

    void came(Side from, Side to, ByteBuf part) {
        moved = nanoTime.getAsLong();
        ByteBuf in = from.withHeld(part);
        try {
            if (over || from.isGone() || from.frames().isClosed() || from.frames().broken() != Frames.FINE) {
                return;
            }
            if (to.owed() != 0) {
                pass(to, in, from.frames().payload(in.readableBytes()));
                payDebt(from, to);
            }
            if (to.owed() == 0) {
                pass(to, in, from.frames().scan(in));
                from.hold(in);
            }
            look(from, to);
        } finally {
            in.release();
            from.read(!over && (to.isWritable() || to.isTold()));
        }
    }

    /// What comes after the last word is for nobody.
    private static void pass(Side to, ByteBuf in, int octets) {
        if (to.isTold() || octets == 0) {
            in.skipBytes(octets);
        } else {
            to.write(in.readRetainedSlice(octets));
        }
    }

    private void look(Side from, Side to) {
        if (from.frames().broken() != Frames.FINE) {
            int code = from.frames().broken();
            sayGoodbye(from == client ? Ending.brokenByClient(code) : Ending.brokenByUpstream(code), code);
        } else if (from.frames().isClosed()) {
            to.tellOfClose();
            leave(from == client ? Ending.CLIENT : Ending.UPSTREAM, from.frames().closeCode());
            if (client.frames().isClosed() && client.isTold()) {
                finish();
            }
        }
    }

    /// Notes why it ends, if that is not known yet.
    private boolean leave(Ending why, int code) {
        if (ending != null) {
            return false;
        }
        leaving = nanoTime.getAsLong();
        closeCode = code;
        ending = why;
        return true;
    }

    private void sayGoodbye(Ending why, int code) {
        if (over || !leave(why, code)) {
            return;
        }
        say(client, upstream, why.upstream());
        say(upstream, client, why.client());
        client.read(true);
        upstream.read(true);
    }

    /// A word of the gateway's own stands between frames.
    private static void say(Side from, Side to, int code) {
        if (from.frames().isInFrame()) {
            to.owe(code);
        } else {
            to.close(code);
        }
    }

    private static void payDebt(Side from, Side to) {
        if (!from.frames().isInFrame()) {
            to.close(to.owed());
        }
    }

    void left(Side side, Side other) {
        side.leave();
        forgotten = client.isGone() && upstream.isGone();
        if (over) {
            return;
        }
        leave(side == client ? Ending.CLIENT_LOST : Ending.UPSTREAM_LOST, LOST);
        if (!side.frames().isInFrame()) {
            other.close(side == client ? Ending.CLIENT_LOST.upstream() : farewell());
        }
        if (side == upstream && client.isTold() && !client.frames().isClosed()) {
            client.read(true); // for its answer
        } else {
            finish();
        }
    }

    /// For a client whose upstream has left; its own code where it wanted to leave too.
    private int farewell() {
        return client.frames().isClosed() && client.frames().closeCode() != Frames.NO_STATUS
                ? client.frames().closeCode()
                : client.frames().isClosed() ? NORMAL : Ending.UPSTREAM_LOST.client();
    }

    void writabilityChanged(Side side, Side other) {
        if (!over && side.isWritable() && other.isWaiting()) {
            other.read(true);
        }
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        Ending why = ending;
        ended.accept(why == null ? Ending.STOPPED : why, closeCode);
        client.hangUp();
        upstream.hangUp();
    }

    /// Whoever watches the client's connection says that it has ended; the host learns that before the connection's handlers do.
    void abandon() {
        atHome(() -> left(client, upstream));
    }

    /// Ends both connections whatever is under way.
    private void cut() {
        finish();
        client.cut();
        upstream.cut();
    }

    /// Whether both connections have ended.
    boolean isForgotten() {
        return forgotten;
    }
}
