package dev.gatehouse.gateway.websocket;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets that are open in this instance. Thread-safe.
public final class Sockets implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);
    // A token's end is noticed within this, and a session's within this and the pause of the revocation feed: a second together.
    private static final long PAUSE_MILLIS = 500;

    private final Timer timer;
    private final LongSupplier nanoTime;
    private final Set<Relay> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// None yet.
    ///
    /// @param timer looks after them
    public Sockets(Timer timer, LongSupplier nanoTime) {
        this.timer = timer;
        this.nanoTime = nanoTime;
        lookAgain();
    }

    /// Also while closing, for clients that do not answer a farewell would else be waited for as long as the whole process may take to end.
    private void lookAgain() {
        if (!closed || !open.isEmpty()) {
            var _ = timer.newTimeout(_ -> look(), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            open.forEach(Sockets::check);
            open.removeIf(Relay::isForgotten);
        } finally {
            lookAgain();
        }
    }

    /// What goes wrong with one is no reason to leave the others open for longer than they may be.
    private static void check(Relay relay) {
        try {
            relay.check();
        } catch (RuntimeException bug) {
            LOG.error("A socket could not be looked at", bug);
        }
    }

    /// Takes the client's connection out of HTTP's hands, behind what is being written to it; what the client sends from now on waits for [Prepared#begin].
    /// To be called on the connection's thread.
    ///
    /// @param upstream the other connection, which [UpstreamSwitch] has made a socket
    public Prepared prepare(Channel client, Channel upstream) {
        Leg ear = new Leg();
        client.pipeline().addBefore(client.pipeline().context(HttpServerCodec.class).name(), Leg.NAME, ear);
        return new Prepared(client, ear, upstream);
    }

    /// How many there are.
    public int open() {
        return open.size();
    }

    /// Ends all, each in order.
    public void end() {
        for (Relay relay : open) {
            relay.end(Ending.STOPPED);
        }
    }

    @Override
    public void close() {
        closed = true;
        end();
    }

    /// A socket whose client has not been told yet.
    public final class Prepared {

        private final Channel client;
        private final Leg clientLeg;
        private final Channel upstream;

        private Prepared(Channel client, Leg clientLeg, Channel upstream) {
            this.client = client;
            this.clientLeg = clientLeg;
            this.upstream = upstream;
        }

        /// The client knows; octets pass from now on. To be called on the client's thread.
        ///
        /// @param extended whether an extension was agreed on
        /// @param ended told once, on the client's thread, with the close code that was said first: 1005 is none, 1006 no close frame
        /// @return to be told when the client has gone; does nothing when the socket has ended
        public Runnable begin(SocketSpec spec, boolean extended, Warrant warrant, BiConsumer<Ending, Integer> ended) {
            Leg upstreamLeg = upstream.pipeline().get(Leg.class);
            if (upstreamLeg == null) {
                throw new IllegalStateException("the upstream's connection is no socket");
            }
            Side near = new Side(clientLeg.context(), new Frames(true, extended, spec.maxFrame()), false);
            Side far = new Side(upstreamLeg.context(), new Frames(false, extended, spec.maxFrame()), true);
            Relay relay = new Relay(client.eventLoop(), near, far, warrant, spec.idle(), nanoTime, ended);
            open.add(relay);
            clientLeg.tell(relay.clientSide());
            upstream.eventLoop().execute(() -> upstreamLeg.tell(relay.upstreamSide()));
            relay.begin();
            if (closed) {
                relay.end(Ending.STOPPED);
                lookAgain();
            }
            return relay::abandon;
        }
    }
}
