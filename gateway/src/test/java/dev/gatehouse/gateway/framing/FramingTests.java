package dev.gatehouse.gateway.framing;

import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.settings.ConnectionSettings;
import dev.gatehouse.gateway.settings.GatewaySettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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

    static Stream<Arguments> expectations() {
        String body = "Host: a\r\nContent-Length: 5\r\n";
        String expect = body + "Expect: 100-continue\r\n\r\n";
        return Stream.of(
                arguments("nothing but an answer", "POST / HTTP/1.1\r\n" + expect, List.of(200), true),
                arguments("a refusal", "POST / HTTP/1.1\r\n" + expect, List.of(401), true),
                arguments("a hint before it", "POST / HTTP/1.1\r\n" + expect, List.of(103, 401), true),
                arguments("chunks that have not come",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-Continue\r\n\r\n", List.of(200),
                        true),
                arguments("a part of the body", "POST / HTTP/1.1\r\n" + expect + "hel", List.of(200), true),
                arguments("behind a request that was answered", "GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\n" + expect,
                        List.of(200, 200), true),
                arguments("behind a request that got its leave, too",
                        "POST / HTTP/1.1\r\n" + expect + "helloPOST / HTTP/1.1\r\n" + expect, List.of(100, 200, 200), true),
                arguments("the answer to a request before", "GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\n" + expect,
                        List.of(200), false),
                arguments("leave", "POST / HTTP/1.1\r\n" + expect, List.of(100, 200), false),
                arguments("the whole body", "POST / HTTP/1.1\r\n" + expect + "hello", List.of(200), false),
                arguments("no body", "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", List.of(200), false),
                arguments("an empty body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
                        List.of(200), false),
                arguments("no expectation", "POST / HTTP/1.1\r\n" + body + "\r\n", List.of(200), false));
    }

    /// The client may send the body behind the answer, or another request.
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void expectations(String why, String requests, List<Integer> answers, boolean ends) {
        EmbeddedChannel channel = watched();
        channel.writeInbound(Unpooled.copiedBuffer(requests, StandardCharsets.US_ASCII));
        for (int status : answers) {
            DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(status));
            HttpUtil.setContentLength(answer, 0);
            channel.writeOutbound(answer);
        }
        StringBuilder written = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            written.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        assertThat(written.toString().contains("connection: close")).as(why).isEqualTo(ends);
        assertThat(channel.isOpen()).as(why).isEqualTo(!ends);
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
