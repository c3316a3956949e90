package dev.gatehouse.gateway.framing;

import java.util.Optional;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.util.AttributeKey;

import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.settings.ConnectionSettings;

/// Puts this package's handlers around the HTTP codec of a new connection.
public final class Framing {

    /// The name of the handler behind which requests are as they should be.
    public static final String LAST = "gatehouse.messages";

    /// The name of the handler that lets only final responses of an upstream through.
    public static final String INTERIM = "gatehouse.interim-responses";

    private static final AttributeKey<StrictMessages> MESSAGES = AttributeKey.valueOf(Framing.class, "messages");

    private Framing() {}

    /// Watches a connection from now on.
    ///
    /// @param codec the name of its HTTP codec
    public static void watch(ChannelPipeline pipeline, String codec, ConnectionSettings settings) {
        StrictMessages messages = new StrictMessages();
        pipeline.channel().attr(MESSAGES).set(messages);
        StrictBytes bytes = new StrictBytes(messages, settings.headerTimeout().toMillis());
        pipeline.addBefore(codec, "gatehouse.slow-readers",
                new SlowReaders(settings.sendTimeout().toMillis(), settings.least(settings.sendTimeout())));
        pipeline.addBefore(codec, "gatehouse.slow-senders",
                new SlowSenders(bytes, settings.bodyTimeout().toNanos(), settings.least(settings.bodyTimeout())));
        pipeline.addBefore(codec, "gatehouse.bytes", bytes);
        pipeline.addAfter(codec, LAST, messages);
    }

    /// Why the body of the connection's last request ended before its end; empty when it did not. To be asked when a body has ended.
    public static Optional<Unreadable> brokenOff(Channel channel) {
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages == null ? Optional.empty() : messages.brokenOff();
    }

    /// Whether the connection has ended in the middle of an answer. To be asked on the connection's thread.
    public static boolean isCut(Channel channel) {
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages != null && messages.isAnswering() && !channel.isActive();
    }

    /// How many octets the body of the connection's last answer has up to now.
    public static long sent(Channel channel) {
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages == null ? 0 : messages.sent();
    }

    /// Watches a connection to an upstream from now on.
    ///
    /// @param codec the name of its HTTP codec
    public static void watchUpstream(ChannelPipeline pipeline, String codec) {
        pipeline.addAfter(codec, INTERIM, new InterimResponses());
    }
}
