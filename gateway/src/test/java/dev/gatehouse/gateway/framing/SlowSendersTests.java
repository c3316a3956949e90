package dev.gatehouse.gateway.framing;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.settings.GatewaySettings;

import static org.assertj.core.api.Assertions.assertThat;

/// Bodies over time, which stands still unless a test moves it. 100 octets a second, over 10 s.
class SlowSendersTests {

    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
    private static final Map<String, String> SETTINGS = Map.of("GATEHOUSE_MIN_RATE", "100", "GATEHOUSE_BODY_TIMEOUT", "10s");

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void watch() {
        channel.freezeTime();
        channel.pipeline().addLast("codec", new HttpServerCodec());
        Framing.watch(channel.pipeline(), "codec", GatewaySettings.read(SETTINGS::get).connections());
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void say(String octets) {
        channel.writeInbound(Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1));
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    private boolean isRefused() {
        return Framing.brokenOff(channel).filter(why -> why.code() == Code.REQUEST_TIMEOUT).isPresent();
    }

    private void sayEverySecond(String octets, int seconds) {
        for (int i = 0; i < seconds; i++) {
            say(octets);
            pass(1);
        }
    }

    @Test
    void endsABodyThatComesOctetByOctet() {
        say(POST + "Content-Length: 100000\r\n\r\n");
        sayEverySecond("x", 9);
        assertThat(isRefused()).isFalse();
        sayEverySecond("x", 2);
        assertThat(isRefused()).isTrue();
    }

    @Test
    void endsChunksThatComeOctetByOctet() {
        say(POST + "Transfer-Encoding: chunked\r\n\r\n");
        sayEverySecond("1\r\nx\r\n", 11);
        assertThat(isRefused()).isTrue();
    }

    @Test
    void endsTrailersThatComeOctetByOctet() {
        say(POST + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: ");
        sayEverySecond("x", 11);
        assertThat(isRefused()).isTrue();
    }

    @Test
    void endsABodyThatBecomesSlow() {
        say(POST + "Content-Length: 1000000\r\n\r\n");
        sayEverySecond("x".repeat(50_000), 10);
        sayEverySecond("x", 11);
        assertThat(isRefused()).isTrue();
    }

    @Test
    void letsABodyPassAtTheLeastRate() {
        say(POST + "Content-Length: 100000\r\n\r\n");
        sayEverySecond("x".repeat(100), 100);
        assertThat(isRefused()).isFalse();
    }

    @Test
    void letsABodyPauseWithinTheWindow() {
        say(POST + "Content-Length: 100000\r\n\r\n");
        for (int i = 0; i < 10; i++) {
            pass(9);
            say("x".repeat(1000));
            pass(1);
        }
        assertThat(isRefused()).isFalse();
    }

    @Test
    void doesNotCountTimeInWhichTheGatewayDoesNotRead() {
        channel.config().setAutoRead(false);
        say(POST + "Content-Length: 100000\r\n\r\nx");
        pass(1000);
        assertThat(isRefused()).isFalse();
        channel.config().setAutoRead(true);
        sayEverySecond("x", 11);
        assertThat(isRefused()).as("then it is").isTrue();
    }

    @Test
    void doesNotCountTimeBetweenRequests() {
        String whole = POST + "Content-Length: 5\r\n\r\n";
        say(whole + "hel");
        pass(1);
        say("lo");
        pass(8);
        say(whole + "hel");
        pass(9);
        assertThat(isRefused()).isFalse();
        pass(1);
        assertThat(isRefused()).isTrue();
    }
}
