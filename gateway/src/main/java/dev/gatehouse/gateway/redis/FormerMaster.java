package dev.gatehouse.gateway.redis;

import io.lettuce.core.event.command.CommandFailedEvent;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leaves a server that has become a replica. Who is connected to a master that is demoted stays so, for it answers; Lettuce looks for the master, by the
/// sentinels or the name, only when it connects anew. So one answer that says so ends every connection of the client, also those that only read: a
/// replica that nobody feeds would keep them without news for ever. Thread-safe, never blocks.
final class FormerMaster implements NettyCustomizer, CommandListener {

    private static final Logger LOG = LoggerFactory.getLogger(FormerMaster.class);
    // At the beginning for a command, in the middle for a script of Redis 6.
    private static final String READ_ONLY = "READONLY ";

    private final ChannelGroup connections = new DefaultChannelGroup("redis", GlobalEventExecutor.INSTANCE);

    @Override
    public void afterChannelInitialized(Channel channel) {
        connections.add(channel);
    }

    @Override
    public void commandFailed(CommandFailedEvent event) {
        if (String.valueOf(event.getCause().getMessage()).contains(READ_ONLY)) {
            LOG.info("Redis is a replica by now, its master is looked for");
            ChannelGroupFuture _ = connections.close();
        }
    }
}
