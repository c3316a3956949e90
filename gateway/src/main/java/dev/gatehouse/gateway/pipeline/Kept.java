package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.Optional;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/// A connection to an upstream that had served before, as a request goes out on it: its other side may have given it up without a word.
///
/// @param connection of HTTP/2 the one that its streams share
/// @param first when its first answer came, by [System#nanoTime]
/// @param since when the request went out
record Kept(Channel connection, boolean shared, long first, long since) {

    private static final AttributeKey<Long> SERVED = AttributeKey.valueOf("gatehouse.served");
    // Who has given a connection up says so as soon as something comes on it; who thinks longer than this has most likely had the request in hand.
    private static final long AT_ONCE = Duration.ofMillis(300).toNanos();

    /// Nothing for one that has served nobody yet.
    static Optional<Kept> of(Channel channel) {
        Channel connection = connection(channel);
        @Nullable
        Long first = connection.hasAttr(SERVED) ? connection.attr(SERVED).get() : null;
        return first == null
                ? Optional.empty()
                : Optional.of(new Kept(connection, channel instanceof Http2StreamChannel, first, System.nanoTime()));
    }

    /// An answer has come on it.
    static void serves(Channel channel) {
        Channel connection = connection(channel);
        if (!connection.hasAttr(SERVED)) {
            connection.attr(SERVED).set(System.nanoTime());
        }
    }

    /// For how long it has served.
    Duration served() {
        return Duration.ofNanos(System.nanoTime() - first);
    }

    /// Whether it had been given up, now that the request has broken off ahead of any answer. A stream that ends alone was ended by somebody who is there.
    boolean wasStale() {
        return System.nanoTime() - since < AT_ONCE && !(shared && connection.isActive());
    }

    private static Channel connection(Channel channel) {
        return channel instanceof Http2StreamChannel stream ? stream.parent() : channel;
    }
}
