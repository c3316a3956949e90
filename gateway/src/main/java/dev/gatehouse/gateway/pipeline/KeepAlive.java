package dev.gatehouse.gateway.pipeline;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/// Has the system ask whether the other end of a silent connection is still there (RFC 9293 §3.8.4). One that is gone without a word is noticed two minutes
/// after it was last heard of; by the systems' own measure it takes two hours. No state.
final class KeepAlive {

    // The first two in seconds.
    private static final int IDLE = 60;
    private static final int INTERVAL = 15;
    private static final int PROBES = 4;
    // Below the usual `timeout` of a route, so that most requests on it have time left for another connection.
    private static final int UNACKNOWLEDGED_MILLIS = 20_000;

    private KeepAlive() {}

    /// From now on. Where the system has no such measure its own holds.
    static void begin(Channel connection) {
        ChannelConfig options = connection.config();
        options.setOption(ChannelOption.SO_KEEPALIVE, true);
        set(options, EpollChannelOption.TCP_KEEPIDLE, EpollChannelOption.TCP_KEEPINTVL, EpollChannelOption.TCP_KEEPCNT);
        set(options, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
    }

    /// Also has the system end a connection when what was sent on it is acknowledged by nobody (RFC 5482), which it would send again for a quarter of an hour. One
    /// that many requests share is used on meanwhile, and is never silent. Where the system has no such measure its own holds.
    static void ofMany(Channel connection) {
        connection.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS);
    }

    /// Options of another transport change nothing.
    private static void set(ChannelConfig options, ChannelOption<Integer> idle, ChannelOption<Integer> interval,
            ChannelOption<Integer> probes) {
        options.setOption(idle, IDLE);
        options.setOption(interval, INTERVAL);
        options.setOption(probes, PROBES);
    }
}
