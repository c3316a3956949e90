package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A backend that reads a request's header section, says some bytes, whatever they are, and then closes or stays silent until it is closed.
public final class RawUpstream implements AutoCloseable {

    private final ServerSocket server;
    private final Semaphore heads = new Semaphore(0);
    private final CountDownLatch closing = new CountDownLatch(1);

    private RawUpstream(ServerSocket server) {
        this.server = server;
    }

    public static RawUpstream saying(String bytes) {
        return start(bytes, false);
    }

    public static RawUpstream silentAfter(String bytes) {
        return start(bytes, true);
    }

    private static RawUpstream start(String bytes, boolean silent) {
        try {
            RawUpstream upstream = new RawUpstream(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(() -> upstream.accept(bytes, silent));
            return upstream;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /// Waits for a header section that nobody has waited for yet.
    void awaitHead() throws InterruptedException {
        if (!heads.tryAcquire(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no request reached the upstream");
        }
    }

    private void accept(String bytes, boolean silent) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket, bytes, silent));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket accepted, String bytes, boolean silent) {
        try (Socket socket = accepted) {
            readHead(socket.getInputStream());
            heads.release();
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            if (silent) {
                closing.await();
            }
        } catch (IOException | InterruptedException gone) {
            // The gateway hung up first, which is what some tests want.
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int matched = 0;
        while (matched < 4) {
            int c = in.read();
            if (c < 0) {
                return;
            }
            matched = c == "\r\n\r\n".charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
        }
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
    }
}
