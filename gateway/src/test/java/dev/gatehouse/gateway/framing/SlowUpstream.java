package dev.gatehouse.gateway.framing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/// A backend that serves each connection once, in its manner, and counts those that were taken from it.
final class SlowUpstream implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final Semaphore dropped = new Semaphore(0);
    private final Manner manner;

    SlowUpstream(Manner manner) throws IOException {
        this.manner = manner;
        Thread.ofVirtual().start(this::accept);
    }

    /// What it does when a request's header section has come.
    interface Manner {
        void serve(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    /// Until it is no longer let.
    static void answerWithoutEnd(InputStream in, OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        byte[] part = new byte[1 << 16];
        while (true) {
            out.write(part);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /// One for each connection that was taken from it before it was done.
    Semaphore dropped() {
        return dropped;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (Socket socket = accepted;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            for (int matched = 0; matched < 4;) {
                int c = in.read();
                if (c < 0) {
                    return;
                }
                matched = c == "\r\n\r\n".charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
            }
            manner.serve(in, out);
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException | InterruptedException _) {
            dropped.release();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
