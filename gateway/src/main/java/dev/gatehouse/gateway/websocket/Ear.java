package dev.gatehouse.gateway.websocket;

import java.util.concurrent.RejectedExecutionException;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;

/// Brings what one connection of a relay says to the relay's thread.
final class Ear implements Leg.Listener {

    private final Relay relay;
    private final EventExecutor home;
    private final Side side;
    private final Side other;

    Ear(Relay relay, EventExecutor home, Side side, Side other) {
        this.relay = relay;
        this.home = home;
        this.side = side;
        this.other = other;
    }

    @Override
    public void came(ByteBuf octets) {
        if (home.inEventLoop()) {
            relay.came(side, other, octets);
            return;
        }
        try {
            home.execute(() -> relay.came(side, other, octets));
        } catch (RejectedExecutionException stopping) {
            octets.release();
        }
    }

    @Override
    public void writabilityChanged() {
        relay.atHome(() -> relay.writabilityChanged(side, other));
    }

    @Override
    public void left() {
        relay.atHome(() -> relay.left(side, other));
    }
}
