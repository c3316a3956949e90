package dev.gatehouse.gateway.framing;

import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.settings.ConnectionSettings;
import dev.gatehouse.gateway.settings.GatewaySettings;

import static org.assertj.core.api.Assertions.assertThat;

/// What the handlers around the codec make of octets, whatever pieces they come in.
class FramingTests {

    private static final ConnectionSettings BOUNDS = GatewaySettings.read(_ -> null).connections();

    static Stream<FramingAttacks.Row> requests() {
        return Stream.concat(FramingAttacks.refused(), FramingAttacks.sound());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void readsTheSameOctetByOctet(FramingAttacks.Row row) {
        assertThat(outcome(row.request(), 1)).isEqualTo(outcome(row.request(), row.request().length()));
    }

    @Test
    void knowsWhetherTheLastAnswerWentOutWhole() {
        EmbeddedChannel channel = watched();
        channel.writeInbound(
                Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", StandardCharsets.US_ASCII));
        AtomicReference<Boolean> whole = new AtomicReference<>();
        channel.closeFuture().addListener(_ -> whole.set(Framing.isWhole(channel)));

        channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        assertThat(Framing.isWhole(channel)).isFalse();
        channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(channel.isOpen()).isFalse();
        assertThat(whole).as("when the host hears of the end").hasValue(true);
        channel.finishAndReleaseAll();
    }

    @Test
    void knowsThatTheLastAnswerIsNotWholeWhenItsEndCouldNotBeWritten() {
        EmbeddedChannel channel = watched();
        channel.writeInbound(
                Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", StandardCharsets.US_ASCII));
        channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message);
                promise.setFailure(new ClosedChannelException());
            }
        });

        assertThat(channel.write(LastHttpContent.EMPTY_LAST_CONTENT).isSuccess()).isFalse();

        assertThat(channel.isOpen()).isFalse();
        assertThat(Framing.isWhole(channel)).isFalse();
        channel.finishAndReleaseAll();
    }

    private static EmbeddedChannel watched() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast("codec", new HttpServerCodec(8192, 16_384, 8192));
        Framing.watch(channel.pipeline(), "codec", BOUNDS);
        return channel;
    }

    /// What comes out behind the codec: requests, how they failed, and where their bodies ended.
    private static List<String> outcome(String request, int piece) {
        EmbeddedChannel channel = watched();
        byte[] octets = request.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < octets.length; at += piece) {
            channel.writeInbound(Unpooled.copiedBuffer(octets, at, Math.min(piece, octets.length - at)));
        }
        List<String> outcome = new ArrayList<>();
        for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
            HttpObject read = (HttpObject) part;
            if (read instanceof HttpRequest || read instanceof LastHttpContent) {
                outcome.add(read.getClass().getSimpleName().contains("Last") ? "end" : "request");
                outcome.add(String.valueOf(read.decoderResult().cause()));
            }
            ReferenceCountUtil.release(part);
        }
        channel.finishAndReleaseAll();
        return outcome;
    }
}
