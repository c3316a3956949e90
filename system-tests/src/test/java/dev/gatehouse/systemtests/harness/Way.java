package dev.gatehouse.systemtests.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A way to a server of this machine that can be cut in the middle of whatever is said.
public final class Way implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int target;
    private final AtomicInteger turnedAway = new AtomicInteger();
    private volatile boolean barred;

    /// Leads to this port.
    public Way(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    /// Where it begins.
    public int port() {
        return listener.getLocalPort();
    }

    /// Ends all connections; new ones are led as before.
    public void cut() {
        for (Socket socket : sockets) {
            close(socket);
        }
    }

    /// Ends all connections and leads no new ones until [#open()]: what a server that restarts looks like to its clients.
    public void bar() {
        turnedAway.set(0);
        barred = true;
        cut();
    }

    /// Leads new connections again.
    public void open() {
        barred = false;
    }

    /// How many connections were wanted since it was barred last.
    public int turnedAway() {
        return turnedAway.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                if (barred) {
                    turnedAway.incrementAndGet();
                    close(near);
                    continue;
                }
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(near);
                sockets.add(far);
                Thread.ofVirtual().start(() -> lead(near, far));
                Thread.ofVirtual().start(() -> lead(far, near));
            } catch (IOException ended) {
                // Closed, or nobody listens there at the moment.
            }
        }
    }

    private void lead(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // By us or by one side.
        } finally {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException gone) {
            // As wanted.
        }
    }
}
