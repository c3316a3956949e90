package dev.gatehouse.gateway.framing.http2;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.settings.GatewaySettings;

import static org.assertj.core.api.Assertions.assertThat;

/// Header sections in many frames. Time stands still, so that no deadline ends a connection.
class FrameHeadsTests {

    private static final int ENHANCE_YOUR_CALM = 11;
    // :method GET, :scheme http, :path / (RFC 7541 appendix A).
    private static final byte[] BEGINNING = {(byte) 0x82, (byte) 0x86, (byte) 0x84};

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void greet() {
        channel.freezeTime();
        channel.pipeline().addLast("codec", Http2FrameCodecBuilder.forServer().build());
        Streams.watch(channel.pipeline(), "codec", GatewaySettings.read(Map.<String, String>of()::get).connections(), false, 100,
                (_, _) -> {});
        channel.writeInbound(Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII));
        say(FrameClient.SETTINGS, 0, new byte[0]);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void say(int type, int stream, byte[] payload) {
        channel.writeInbound(Unpooled.buffer().writeMedium(payload.length).writeByte(type).writeByte(0).writeInt(stream)
                .writeBytes(payload));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 500})
    void endsTheNinthContinuationOfAHeaderSection(int length) {
        say(FrameClient.HEADERS, 1, BEGINNING);
        for (int i = 0; i < 8; i++) {
            say(FrameClient.CONTINUATION, 1, new byte[length]);
        }
        assertThat(channel.isOpen()).as("after eight").isTrue();
        channel.releaseOutbound();

        say(FrameClient.CONTINUATION, 1, new byte[length]);

        assertThat(channel.isOpen()).isFalse();
        assertThat(goodbye()).isEqualTo(ENHANCE_YOUR_CALM);
    }

    /// The error code of the frame that the connection ends with.
    private int goodbye() {
        ByteBuf said = Unpooled.buffer();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            said.writeBytes(next);
            next.release();
        }
        assertThat(said.getByte(3)).isEqualTo((byte) FrameClient.GOAWAY);
        return said.getInt(13);
    }
}
