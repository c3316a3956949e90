package dev.gatehouse.gateway.websocket;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.HashedWheelTimer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SocketsTests {

    private static final int WELL = 8;

    private final HashedWheelTimer timer = new HashedWheelTimer();
    private final Sockets sockets = new Sockets(timer, System::nanoTime);

    @AfterEach
    void stop() {
        timer.stop();
    }

    private void open(Warrant warrant) {
        EmbeddedChannel upstream = new EmbeddedChannel(new Leg());
        sockets.prepare(new EmbeddedChannel(new HttpServerCodec()), upstream).begin(SocketSpec.DEFAULT, false, warrant,
                (_, _) -> {});
    }

    @Test
    void looksAtAllThoughSomeCannotBeLookedAt() throws InterruptedException {
        CountDownLatch looked = new CountDownLatch(WELL);
        for (int i = 0; i < WELL; i++) {
            CountDownLatch first = new CountDownLatch(1);
            open(() -> {
                if (first.getCount() > 0) {
                    first.countDown();
                    looked.countDown();
                }
                return Optional.empty();
            });
            open(() -> {
                throw new IllegalStateException("a bug");
            });
        }
        assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
