package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// A way to a server that delays what comes back, as long as that is wanted, or forgets connections without a word.
public final class SlowWire implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Duration delay = Duration.ZERO;
    private volatile AtomicBoolean forgotten = new AtomicBoolean();

    private SlowWire(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    public static SlowWire to(int port) {
        return to(port, 0);
    }

    /// One that takes hardly more than what is read of it, so that who sends to a connection that was forgotten soon has octets that nobody acknowledges.
    public static SlowWire narrow(int port) {
        return to(port, 1);
    }

    private static SlowWire to(int port, int buffer) {
        try {
            ServerSocket server = new ServerSocket();
            if (buffer > 0) {
                server.setReceiveBufferSize(buffer);
            }
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            SlowWire wire = new SlowWire(server, port);
            Thread.ofVirtual().start(wire::accept);
            return wire;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public void delay(Duration wanted) {
        delay = wanted;
    }

    /// Nothing passes any more on the connections that there are, and neither end hears of it; new ones work.
    public void forget() {
        forgotten.set(true);
        forgotten = new AtomicBoolean();
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
            AtomicBoolean lost = forgotten;
            Thread.ofVirtual().start(() -> pass(client, other, false, lost));
            pass(other, client, true, lost);
        } catch (IOException refused) {
            close(client);
        }
    }

    private void pass(Socket from, Socket to, boolean delayed, AtomicBoolean lost) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] part = new byte[8192];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                if (delayed && delay.isPositive()) {
                    LockSupport.parkNanos(delay.toNanos());
                }
                if (lost.get()) {
                    closed.await();
                }
                out.write(part, 0, read);
            }
        } catch (IOException gone) {
            // Both ends go together.
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
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
        closed.countDown();
        server.close();
    }
}
