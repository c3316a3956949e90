package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.WINDOW_UPDATE;
import static org.awaitility.Awaitility.await;

/// Bodies that are longer than all that lies between two ends: who sends one comes to a standstill until the other end reads.
final class Bodies {

    static final int LENGTH = 48 << 20;
    /// The buffers of the systems and of the gateway together; a gateway that held the body would take all of it.
    static final int BUFFERS = 24 << 20;
    static final int PART = 16_384;

    private static final int FIRST_WINDOW = 65_535;

    private Bodies() {}

    /// Writes a body, as far as it is taken.
    static AtomicLong pour(Socket socket) {
        AtomicLong sent = new AtomicLong();
        Thread.ofVirtual().start(() -> {
            byte[] part = new byte[PART];
            try {
                OutputStream out = socket.getOutputStream();
                for (int left = LENGTH; left > 0; left -= PART) {
                    out.write(part);
                    sent.addAndGet(PART);
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        return sent;
    }

    /// Sends a body on stream 1, as far as the gateway's windows allow.
    static AtomicLong pour(FrameClient client) {
        return new Streams(client).pour(1);
    }

    /// The streams of one connection, on which bodies are sent as far as the gateway's windows allow.
    static final class Streams {

        private final FrameClient client;
        private final Map<Integer, Semaphore> windows = new ConcurrentHashMap<>();

        Streams(FrameClient client) {
            this.client = client;
            Thread.ofVirtual().start(this::read);
        }

        private Semaphore window(int stream) {
            return windows.computeIfAbsent(stream, _ -> new Semaphore(FIRST_WINDOW));
        }

        private void read() {
            try {
                for (FrameClient.Frame frame = client.next(); frame.type() != -1; frame = client.next()) {
                    if (frame.type() == WINDOW_UPDATE) {
                        window(frame.stream()).release(frame.number(0));
                    }
                }
            } catch (IOException closed) {
                // The test is over.
            }
        }

        AtomicLong pour(int stream) {
            AtomicLong sent = new AtomicLong();
            Thread.ofVirtual().start(() -> {
                try {
                    for (int left = LENGTH; left > 0; left -= PART) {
                        window(stream).acquire(PART);
                        window(0).acquire(PART);
                        client.frame(DATA, left == PART ? END_STREAM : 0, stream, new byte[PART]);
                        sent.addAndGet(PART);
                    }
                } catch (IOException | InterruptedException closed) {
                    // The test is over.
                }
            });
            return sent;
        }
    }

    /// How much was sent when no more went out.
    static long standstill(AtomicLong sent) {
        AtomicLong last = new AtomicLong(-1);
        return await().atMost(30, TimeUnit.SECONDS).pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = sent.get();
            return last.getAndSet(now) == now ? now : -1;
        }, still -> still > 0);
    }

    /// How much of a body comes to its end, or to that of the connection.
    static long drink(InputStream in) throws IOException {
        long drunk = 0;
        byte[] part = new byte[64 * 1024];
        while (drunk < LENGTH) {
            int read = in.read(part);
            if (read < 0) {
                return drunk;
            }
            drunk += read;
        }
        return drunk;
    }

    /// The same of stream 1, for which windows are opened.
    static long drink(FrameClient client) throws IOException {
        client.number(WINDOW_UPDATE, 0, LENGTH);
        client.number(WINDOW_UPDATE, 1, LENGTH);
        long drunk = 0;
        for (FrameClient.Frame frame = client.next(); frame.type() != -1; frame = client.next()) {
            if (frame.type() == DATA) {
                drunk += frame.payload().length;
                if ((frame.flags() & END_STREAM) != 0) {
                    return drunk;
                }
            }
        }
        return drunk;
    }
}
