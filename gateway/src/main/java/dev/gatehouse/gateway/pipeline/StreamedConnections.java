package dev.gatehouse.gateway.pipeline;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;

import dev.gatehouse.gateway.framing.Framing;

/// The connections of HTTP/2 that are open. A gateway that stops asks their clients for new connections, which lead elsewhere, as `Connection: close` does
/// in HTTP/1.1. Thread-safe.
final class StreamedConnections {

    private final ChannelGroup open = new DefaultChannelGroup("streams", GlobalEventExecutor.INSTANCE);
    private volatile boolean leaving;

    /// A new one; it is remembered until it ends.
    void add(Channel connection) {
        open.add(connection);
        if (leaving) {
            leave(connection);
        }
    }

    /// Says so to all of them, and to those that come.
    void leave() {
        leaving = true;
        open.forEach(StreamedConnections::leave);
    }

    private static void leave(Channel connection) {
        connection.eventLoop().execute(() -> Framing.leave(connection));
    }
}
