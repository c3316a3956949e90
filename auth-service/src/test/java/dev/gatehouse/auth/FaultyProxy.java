package dev.gatehouse.auth;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A way to a server that can be blocked in either direction, or cut.
public final class FaultyProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean requestsHeld;
    private boolean answersHeld;
    private volatile boolean refusing;

    public FaultyProxy(int target) {
        try {
            this.target = target;
            this.listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
            Thread.ofVirtual().start(this::accept);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Nothing passes to the server, nothing comes back: both sides live and hear nothing.
    public void hold() {
        set(true, true);
    }

    /// What the server says does not come through; what is said to it does.
    public void holdAnswers() {
        set(false, true);
    }

    public void release() {
        set(false, false);
    }

    /// New connections are closed at once.
    public void refuse(boolean yes) {
        refusing = yes;
    }

    /// Ends all connections, in the middle of whatever they are at.
    public void cut() {
        sockets.forEach(FaultyProxy::close);
        sockets.clear();
        clients.clear();
    }

    /// Says something to the clients in the server's name. Only while the server is silent: it must not be in the middle of a sentence.
    public void say(byte[] words) {
        clients.forEach(client -> {
            try {
                client.getOutputStream().write(words);
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        cut();
        release();
    }

    private void set(boolean requests, boolean answers) {
        lock.lock();
        try {
            requestsHeld = requests;
            answersHeld = answers;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
                sockets.add(client);
                clients.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> pump(client, server, true));
                Thread.ofVirtual().start(() -> pump(server, client, false));
            } catch (IOException ended) {
                // The listener or the server is gone; the next one may do.
            }
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitFree(requests);
                out.write(buffer, 0, read);
            }
        } catch (IOException ended) {
            // Cut by us or by either side.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
        }
    }

    private void awaitFree(boolean requests) throws InterruptedException {
        lock.lock();
        try {
            while (requests ? requestsHeld : answersHeld) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // As wanted.
        }
    }
}
