package dev.gatehouse.gateway.connection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// How many connections each address has, so that no one takes the places of all. IPv6 counts by its /64 (RFC 6177: a site's smallest share), so
/// all of IPv4 that a translator brings (64:ff9b::/96, RFC 6052) is one. What has no connection is not remembered: there are never more addresses than connections. Thread-safe; asked once a connection.
public final class ConnectionShares {

    private final int most;
    private final Predicate<InetAddress> excepted;
    private final Runnable refused;
    private final ConcurrentMap<Network, Integer> counts = new ConcurrentHashMap<>();

    /// @param most connections of one address
    /// @param excepted who may have all, such as a proxy that brings everybody's
    /// @param refused told of each connection that is one too many
    public ConnectionShares(int most, Predicate<InetAddress> excepted, Runnable refused) {
        this.most = most;
        this.excepted = excepted;
        this.refused = refused;
    }

    /// Gives a new connection a place of its peer's until it is closed. Where none is left it is closed as soon as it is open, and nobody behind sees it.
    ///
    /// @return whether it has a place
    public boolean admit(Channel connection) {
        boolean admitted = !(connection.remoteAddress() instanceof InetSocketAddress peer)
                || admit(connection, peer.getAddress());
        if (!admitted) {
            connection.pipeline().addFirst("gatehouse.surplus", new Surplus());
        }
        return admitted;
    }

    /// Gives a connection a place of this address until it is closed; false where none is left.
    public boolean admit(Channel connection, InetAddress address) {
        if (excepted.test(address)) {
            return true;
        }
        Network network = Network.of(address);
        if (!take(network)) {
            refused.run();
            return false;
        }
        connection.closeFuture().addListener(_ -> leave(network));
        return true;
    }

    private boolean take(Network network) {
        int[] before = {most};
        counts.compute(network, (_, count) -> {
            before[0] = count == null ? 0 : count;
            return Math.min(before[0] + 1, most);
        });
        return before[0] < most;
    }

    private void leave(Network network) {
        counts.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
    }

    /// How many addresses have connections.
    int size() {
        return counts.size();
    }

    private record Network(long bits, int octets) {

        static Network of(InetAddress address) {
            byte[] all = address.getAddress();
            long bits = 0;
            for (int i = 0; i < Math.min(all.length, 8); i++) {
                bits = bits << 8 | (all[i] & 0xff);
            }
            return new Network(bits, all.length);
        }
    }

    private static final class Surplus extends ChannelInboundHandlerAdapter {

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done once it is closed
        public void channelActive(ChannelHandlerContext context) {
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            // Nobody behind has heard of it.
        }
    }
}
