package dev.gatehouse.gateway.framing;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;

import dev.gatehouse.gateway.framing.http2.ConnectionWindow;
import dev.gatehouse.gateway.framing.http2.FlushedReads;
import dev.gatehouse.gateway.framing.http2.Negotiated;
import dev.gatehouse.gateway.framing.http2.PrefaceGate;
import dev.gatehouse.gateway.framing.http2.StreamState;
import dev.gatehouse.gateway.framing.http2.Streams;
import dev.gatehouse.gateway.problem.Refused;
import dev.gatehouse.gateway.problem.Unreadable;
import dev.gatehouse.gateway.settings.ConnectionSettings;

/// Puts this package's handlers around the HTTP codec of a new connection.
public final class Framing {

    /// The name of the handler behind which requests are as they should be.
    public static final String LAST = "gatehouse.messages";

    /// The name of the handler that lets only final responses of an upstream through.
    public static final String INTERIM = "gatehouse.interim-responses";

    private static final String SLOW_READERS = "gatehouse.slow-readers";
    private static final AttributeKey<StrictMessages> MESSAGES = AttributeKey.valueOf(Framing.class, "messages");

    private Framing() {}

    /// Watches a connection from now on.
    ///
    /// @param codec the name of its HTTP codec
    public static void watch(ChannelPipeline pipeline, String codec, ConnectionSettings settings) {
        StrictMessages messages = new StrictMessages();
        pipeline.channel().attr(MESSAGES).set(messages);
        StrictBytes bytes = new StrictBytes(messages, settings.headerTimeout().toMillis());
        pipeline.addFirst(SLOW_READERS, slowReaders(settings)); // ahead of TLS, so that it counts what is sent
        pipeline.addBefore(codec, "gatehouse.slow-senders",
                new SlowSenders(bytes, settings.bodyTimeout().toNanos(), settings.least(settings.bodyTimeout())));
        pipeline.addBefore(codec, "gatehouse.bytes", bytes);
        pipeline.addAfter(codec, LAST, messages);
    }

    /// Watches a connection of HTTP/2 from now on.
    ///
    /// @param codec the name of its codec
    /// @param prefaced whether the client's preface has been read
    /// @param most how many streams there may be at once
    /// @param witness told of every request that is refused before it is one
    public static void watchStreams(ChannelPipeline pipeline, String codec, ConnectionSettings settings, boolean prefaced,
            int most,
            BiConsumer<Channel, Refused> witness) {
        pipeline.addFirst(SLOW_READERS, slowReaders(settings));
        Streams.watch(pipeline, codec, settings, prefaced, most, witness);
    }

    /// Acts once a handshake of TLS has chosen the protocol and its codec is in place.
    ///
    /// @param chooser the name of the handler that chooses
    public static void whenNegotiated(ChannelPipeline pipeline, String chooser, Runnable then) {
        pipeline.addAfter(chooser, "gatehouse.negotiated", new Negotiated(then));
    }

    /// Acts once the first octets of a connection without TLS tell what is spoken.
    ///
    /// @param one ahead of the first octet of HTTP/1.1
    /// @param two behind the preface of HTTP/2, when its codec is in place
    public static void whenPrefaced(ChannelPipeline pipeline, ConnectionSettings settings, Runnable one, Runnable two) {
        pipeline.addFirst("gatehouse.preface", new PrefaceGate(settings.headerTimeout().toMillis(), one, two));
    }

    private static SlowReaders slowReaders(ConnectionSettings settings) {
        return new SlowReaders(settings.sendTimeout().toMillis(), settings.least(settings.sendTimeout()));
    }

    /// Lets no stream stand still because the window that reading it has opened was not told.
    public static void flushReads(Http2StreamChannel stream) {
        FlushedReads.of(stream);
    }

    /// Lets both sides of a stream be silent for long. To be asked on the connection's thread.
    public static void bePatient(Http2StreamChannel stream) {
        StreamState.bePatient(stream);
    }

    /// Why the body of the connection's last request ended before its end; empty when it did not. To be asked when a body has ended.
    public static Optional<Unreadable> brokenOff(Channel channel) {
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages == null ? Optional.empty() : messages.brokenOff();
    }

    /// The values of `Trailer` in a request's header section. To be asked when it has come.
    ///
    /// @param head the request's header section, as the host has it
    public static List<String> announced(Channel channel, HttpHeaders head) {
        return channel instanceof Http2StreamChannel stream
                ? StreamState.announced(stream)
                : head.getAll(HttpHeaderNames.TRAILER);
    }

    /// The fields that stood behind a request's body and that its header section announced, none of them judged; says so once. To be asked when the body has
    /// ended, on the connection's thread.
    ///
    /// @param head the request's header section, the very one that came
    public static Optional<HttpHeaders> trailers(Channel channel, HttpHeaders head) {
        if (channel instanceof Http2StreamChannel stream) {
            return StreamState.trailers(stream);
        }
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages == null ? Optional.empty() : messages.trailers(head);
    }

    /// Whether the connection, or the stream, has ended in the middle of an answer. To be asked on the connection's thread.
    public static boolean isCut(Channel channel) {
        if (channel instanceof Http2StreamChannel stream) {
            return StreamState.isCut(stream);
        }
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages != null && messages.isAnswering() && !channel.isActive();
    }

    /// Whether the answer after which the connection ends went out to its end: who is told of the connection's end only might take it for a broken one. To
    /// be asked on the connection's thread.
    public static boolean isWhole(Channel channel) {
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages != null && messages.isWhole();
    }

    /// Remembers what is asked of a stream of HTTP/2 when it has ended. To be called when its request has come, on the connection's thread.
    public static void follow(Channel channel) {
        if (channel instanceof Http2StreamChannel stream) {
            StreamState.follow(stream);
        }
    }

    /// Asks the client of a connection of HTTP/2 to open no more streams on it. To be asked on the connection's thread.
    public static void leave(Channel connection) {
        StreamState.leave(connection);
    }

    /// How many octets the body of the last answer has up to now, of the connection or of the stream.
    public static long sent(Channel channel) {
        if (channel instanceof Http2StreamChannel stream) {
            return StreamState.sent(stream);
        }
        StrictMessages messages = channel.attr(MESSAGES).get();
        return messages == null ? 0 : messages.sent();
    }

    /// Watches a connection to an upstream from now on.
    ///
    /// @param codec the name of its HTTP codec
    public static void watchUpstream(ChannelPipeline pipeline, String codec) {
        pipeline.addAfter(codec, INTERIM, new InterimResponses());
    }

    /// Watches a connection of HTTP/2 to an upstream until its settings have come.
    ///
    /// @param codec the name of its codec
    public static void watchStreamsOfUpstream(ChannelPipeline pipeline, String codec) {
        pipeline.addAfter(codec, "gatehouse.window", new ConnectionWindow());
    }
}
