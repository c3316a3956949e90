package dev.gatehouse.gateway.framing.http2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.settings.GatewaySettings;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;
import static dev.gatehouse.gateway.framing.http2.FrameClient.SETTINGS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

/// What the host's own multiplexer hears of streams that are reset sooner or later. One read here is one call of [#read]. Stream 1 is not
/// used: to the multiplexer of a channel that no server accepted it would mean an upgrade.
class ResetsFirstTests {

    // :method GET, :scheme http, :path /, :authority a (RFC 7541 §6).
    private static final byte[] GET = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};
    private static final byte[] POST = {(byte) 0x83, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};
    private static final byte[] CANCEL = {0, 0, 0, 8};

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> heard = new ArrayList<>();
    private int octets; // that the codec has got

    @BeforeEach
    void greet() {
        channel.freezeTime();
        channel.pipeline().addLast("codec", Http2FrameCodecBuilder.forServer().build());
        Streams.watch(channel.pipeline(), "codec", GatewaySettings.read(Map.<String, String>of()::get).connections(), false, 100,
                (_, _) -> {});
        channel.pipeline().addBefore("codec", "counter", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                octets += ((ByteBuf) message).readableBytes();
                context.fireChannelRead(message);
            }
        });
        channel.pipeline().addLast(new Http2MultiplexHandler(new ChannelInitializer<Http2StreamChannel>() {
            @Override
            protected void initChannel(Http2StreamChannel stream) {
                stream.pipeline().addLast(new Listener());
            }
        }));
        read(Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII), frame(SETTINGS, 0, 0));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private final class Listener extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // as the host does
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // which the codec takes for a cancellation
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            note(((Http2StreamFrame) message).name(), context);
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2ResetFrame) {
                note("RESET", context);
            }
        }

        private void note(String what, ChannelHandlerContext context) {
            heard.add(what + " " + ((Http2StreamChannel) context.channel()).stream().id());
        }
    }

    private static ByteBuf frame(int type, int flags, int stream, byte... payload) {
        return Unpooled.buffer().writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream)
                .writeBytes(payload);
    }

    private static ByteBuf get(int stream) {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, GET);
    }

    private static ByteBuf post(int stream) {
        return frame(HEADERS, END_HEADERS, stream, POST);
    }

    private static ByteBuf reset(int stream) {
        return frame(RESET, 0, stream, CANCEL);
    }

    private void read(ByteBuf... frames) {
        channel.writeInbound((Object[]) frames);
    }

    /// The beginning of a read that goes on.
    private void begin(ByteBuf frame) {
        assertThat(channel.writeOneInbound(frame).isDone()).isTrue();
    }

    @Test
    void requestThatIsResetInTheSameReadNeverBegins() {
        ByteBuf part = frame(DATA, 0, 7, new byte[100]);

        read(get(3), reset(3), get(5), post(7), part, reset(7), get(9));

        assertThat(heard).containsExactly("HEADERS 5", "HEADERS 9");
        assertThat(part.refCnt()).isZero();
    }

    @Test
    void laterReadsGoOnAsUsual() {
        read(get(3), reset(3));
        read(post(5));
        read(frame(DATA, 0, 5, new byte[1]), get(7), frame(DATA, END_STREAM, 5, new byte[1]));

        assertThat(heard).containsExactly("HEADERS 5", "DATA 5", "DATA 5", "HEADERS 7");
    }

    @Test
    void requestThatHasBegunHearsOfItsReset() {
        read(post(3));
        read(get(5), reset(3), reset(5));

        assertThat(heard).containsExactly("HEADERS 3", "RESET 3");
    }

    @Test
    void refusedRequestNeverBegins() {
        read(frame(HEADERS, END_HEADERS | END_STREAM, 3, (byte) 0x82), get(5));

        assertThat(heard).containsExactly("HEADERS 5");
    }

    /// A window of nothing is an error of the stream.
    @Test
    void streamThatGoesWrongInTheSameReadIsResetAndNeverBegins() {
        channel.releaseOutbound();

        read(post(3), frame(WINDOW_UPDATE, 0, 3, new byte[4]), get(5));

        assertThat(heard).containsExactly("HEADERS 5");
        assertThat(said()).containsOnlyOnce(RESET);
    }

    /// Else one read of a flood, of thousands of frames, would be worked through although its connection has ended.
    @Test
    void readsNoFurtherOnceTheConnectionHasEnded() {
        channel.releaseOutbound();
        ByteBuf flood = Unpooled.buffer();
        for (int stream = 3; stream < 4_000; stream += 2) {
            flood.writeBytes(get(stream)).writeBytes(frame(WINDOW_UPDATE, 0, stream, new byte[4]));
        }

        int length = flood.readableBytes();

        read(flood);

        assertThat(channel.isOpen()).isFalse();
        assertThat(octets).isLessThan(length / 4);
        assertThat(flood.refCnt()).isZero();
    }

    @Test
    void streamThatGoesWrongNeverBeginsEvenIfItsResetCannotBeWritten() {
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message); // and never says that it is done
            }
        });

        read(post(3), frame(WINDOW_UPDATE, 0, 3, new byte[4]), get(5));

        assertThat(heard).containsExactly("HEADERS 5");
    }

    @Test
    void streamsGoWrongLaterAsUsual() {
        read(post(3));
        channel.releaseOutbound();

        read(get(5), frame(WINDOW_UPDATE, 0, 3, new byte[4]));

        assertThat(heard).containsExactly("HEADERS 3", "HEADERS 5");
        assertThat(said()).containsOnlyOnce(RESET);
    }

    /// By the error that it went wrong with: the codec counts resets with that one.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsTheConnectionOfWhomMakesItReset(boolean atOnce) {
        for (int stream = 3; stream < 1_003; stream += 2) {
            if (atOnce) {
                read(get(stream), frame(WINDOW_UPDATE, 0, stream, new byte[4]));
            } else {
                read(get(stream));
                read(frame(WINDOW_UPDATE, 0, stream, new byte[4]));
            }
            if (!channel.isOpen()) {
                assertThat(stream).isBetween(3 + 2 * 190, 3 + 2 * 210);
                return;
            }
        }
        assertThat(channel.isOpen()).isFalse();
    }

    /// The host expects to know every stream that is open when it can write again, and when something broke.
    @Test
    void hostKnowsStreamsThatHaveNotBegun() {
        begin(get(3));

        channel.pipeline().fireChannelWritabilityChanged();
        channel.checkException();
        assertThat(heard).isEmpty();
        channel.flushInbound();

        assertThat(heard).containsExactly("HEADERS 3");
    }

    @Test
    void requestOfAConnectionThatEndsNeverBegins() {
        ByteBuf part = frame(DATA, 0, 3, new byte[100]);

        begin(post(3));
        begin(part);
        channel.finish();

        assertThat(heard).isEmpty();
        assertThat(part.refCnt()).isZero();
    }

    /// As with sockets: the end of the read is told before the end of the connection.
    @Test
    void requestOfAConnectionThatIsEndedMeanwhileNeverBegins() {
        ByteBuf part = frame(DATA, 0, 3, new byte[100]);

        begin(post(3));
        begin(part);
        channel.unsafe().close(channel.voidPromise());
        channel.pipeline().fireChannelReadComplete();

        assertThat(heard).isEmpty();
        assertThat(part.refCnt()).isZero();
    }

    /// The types of the frames that the gateway has said.
    private List<Integer> said() {
        List<Integer> types = new ArrayList<>();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            if (next.readableBytes() >= 9) {
                types.add((int) next.getByte(next.readerIndex() + 3));
            }
            next.release();
        }
        return types;
    }
}
