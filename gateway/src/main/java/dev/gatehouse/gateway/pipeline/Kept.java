package dev.gatehouse.gateway.pipeline;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;

/// Which connections to upstreams have served before: their other side may have given them up without a word. No state of its own.
final class Kept {

    private static final AttributeKey<Boolean> SERVED = AttributeKey.valueOf("gatehouse.served");

    private Kept() {}

    /// An answer has come on it.
    static void serves(Channel channel) {
        connection(channel).attr(SERVED).set(true);
    }

    static boolean is(Channel channel) {
        return connection(channel).hasAttr(SERVED);
    }

    private static Channel connection(Channel channel) {
        return channel instanceof Http2StreamChannel stream ? stream.parent() : channel;
    }
}
