package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// A way to a server that delays what comes back, as long as that is wanted.
final class SlowWire implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private volatile Duration delay = Duration.ZERO;

    private SlowWire(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    static SlowWire to(int port) {
        try {
            SlowWire wire = new SlowWire(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            Thread.ofVirtual().start(wire::accept);
            return wire;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    void delay(Duration wanted) {
        delay = wanted;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket other = new Socket(InetAddress.getLoopbackAddress(), target);
            Thread.ofVirtual().start(() -> pass(client, other, false));
            pass(other, client, true);
        } catch (IOException refused) {
            close(client);
        }
    }

    private void pass(Socket from, Socket to, boolean delayed) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] part = new byte[8192];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                if (delayed && delay.isPositive()) {
                    LockSupport.parkNanos(delay.toNanos());
                }
                out.write(part, 0, read);
            }
        } catch (IOException gone) {
            // Both ends go together.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone in any case.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
