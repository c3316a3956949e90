package dev.gatehouse.gateway.framing.http2;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// The streams of a connection that are open, each with its [StreamWatch], and those that ended in the middle of their answers. One per connection.
final class WatchedStreams extends Http2ConnectionAdapter {

    // So many answers that were cut off are remembered until somebody asks.
    private static final int REMEMBERED = 256;

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;
    private final LongSupplier clock;
    private final Set<Integer> cut = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });
    private long idleSince;

    WatchedStreams(Http2Connection connection, LongSupplier clock) {
        this.connection = connection;
        this.key = connection.newKey();
        this.clock = clock;
        this.idleSince = clock.getAsLong();
        connection.addListener(this);
    }

    @Override
    public void onStreamActive(Http2Stream stream) {
        stream.setProperty(key, new StreamWatch(stream, clock.getAsLong()));
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        idleSince = clock.getAsLong();
        StreamWatch watch = stream.getProperty(key);
        if (watch != null && watch.isAnswering()) {
            cut.add(stream.id());
        }
    }

    /// Whether the stream ended in the middle of its answer; says so once.
    boolean isCut(int id) {
        return cut.remove(id);
    }

    @Nullable
    StreamWatch of(@Nullable Http2FrameStream stream) {
        Http2Stream known = stream == null ? null : connection.stream(stream.id());
        return known == null ? null : known.getProperty(key);
    }

    void forEach(Consumer<StreamWatch> each) {
        try {
            connection.forEachActiveStream(stream -> {
                StreamWatch watch = stream.getProperty(key);
                if (watch != null) {
                    each.accept(watch);
                }
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// For how long there has been no stream; 0 while there is one.
    long idle(long now) {
        return connection.numActiveStreams() == 0 ? now - idleSince : 0;
    }
}
