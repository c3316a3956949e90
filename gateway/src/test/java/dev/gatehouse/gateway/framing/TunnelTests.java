package dev.gatehouse.gateway.framing;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.settings.GatewaySettings;

import static org.assertj.core.api.Assertions.assertThat;

/// A connection that has changed to another protocol, as a WebSocket does.
class TunnelTests {

    private static final String ASK = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String FRAMES = "\u0081\u0005hello\r\n\0\n";

    @Test
    void letsEverythingPassAsItIs() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast("codec", new HttpServerCodec());
        Framing.watch(channel.pipeline(), "codec", GatewaySettings.read(_ -> null).connections());
        channel.writeInbound(octets(ASK));
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS));
        channel.pipeline().remove("codec");
        channel.releaseInbound();

        channel.writeInbound(octets(FRAMES));

        ByteBuf passed = channel.readInbound();
        assertThat(passed.toString(StandardCharsets.ISO_8859_1)).isEqualTo(FRAMES);
        passed.release();
        channel.finishAndReleaseAll();
    }

    private static ByteBuf octets(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
