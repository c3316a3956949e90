package dev.gatehouse.gateway.framing.http2;

import java.util.List;
import java.util.Optional;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/// What others ask of a stream, and want of it and of its connection. No state of its own.
public final class StreamState {

    private static final AttributeKey<StreamWatch> FOLLOWED = AttributeKey.valueOf(StreamState.class, "followed");

    private StreamState() {}

    /// Remembers a stream for as long as its channel, so that its answer's length is known when it has ended. To be called when its request has come, on
    /// the connection's thread.
    public static void follow(Http2StreamChannel stream) {
        stream.attr(FOLLOWED).set(watch(stream));
        FlushedReads.of(stream);
    }

    /// How many octets the body of a stream's answer has up to now; 0 where it is not followed.
    public static long sent(Http2StreamChannel stream) {
        StreamWatch watch = stream.attr(FOLLOWED).get();
        return watch == null ? 0 : watch.written();
    }

    /// The values of `Trailer` in a request's header section, which the host's view of it leaves out.
    public static List<String> announced(Http2StreamChannel stream) {
        StreamWatch watch = stream.attr(FOLLOWED).get();
        return watch == null ? List.of() : watch.announced();
    }

    /// What stood behind the request's body, if its header section announced that.
    public static Optional<HttpHeaders> trailers(Http2StreamChannel stream) {
        StreamWatch watch = stream.attr(FOLLOWED).get();
        return watch == null ? Optional.empty() : Optional.ofNullable(watch.trailers());
    }

    /// Whether a stream has ended in the middle of its answer. To be asked once, on the connection's thread.
    public static boolean isCut(Http2StreamChannel stream) {
        Streams streams = Streams.of(stream.parent());
        return streams != null && streams.isCut(stream.stream().id());
    }

    /// Lets both sides of a stream be silent for as long as its route's deadline says. To be asked on the connection's thread.
    public static void bePatient(Http2StreamChannel stream) {
        StreamWatch watch = watch(stream);
        if (watch != null) {
            watch.bePatient();
        }
    }

    private static @Nullable StreamWatch watch(Http2StreamChannel stream) {
        Streams streams = Streams.of(stream.parent());
        return streams == null ? null : streams.watch(stream.stream());
    }

    /// Asks the client of a connection to open no more streams; those that are open, and those that it has opened meanwhile, are answered (RFC 9113 §6.8).
    /// To be asked on the connection's thread.
    public static void leave(Channel connection) {
        Streams streams = Streams.of(connection);
        if (streams != null) {
            streams.leave();
        }
    }
}
