package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.gatehouse.devservices.process.Deadline;

/// Streams of events that are held open and listened to.
final class HeldStreams implements AutoCloseable {

    private final List<Socket> open = new ArrayList<>();
    private final List<AtomicInteger> heard = new ArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();

    /// All of them have begun.
    ///
    /// @param request the whole of the next one
    static HeldStreams open(int streams, Supplier<String> request, int port) throws IOException {
        HeldStreams held = new HeldStreams();
        try {
            for (int i = 0; i < streams; i++) {
                held.listen(request.get(), port);
            }
            held.awaitMore(1);
            return held;
        } catch (IOException | RuntimeException | Error failed) {
            held.close();
            throw failed;
        }
    }

    private void listen(String request, int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        open.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        AtomicInteger events = new AtomicInteger();
        heard.add(events);
        Thread.ofVirtual().start(() -> listen(socket, events));
    }

    private void listen(Socket socket, AtomicInteger events) {
        try {
            InputStream in = socket.getInputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                events.addAndGet(octet == Backend.EVENT ? 1 : 0);
            }
        } catch (IOException cut) {
            // Counts as an end like any other.
        } finally {
            ended.incrementAndGet();
        }
    }

    /// How many have ended by themselves.
    int ended() {
        return ended.get();
    }

    /// Waits until each has brought so many events more.
    void awaitMore(int events) {
        List<Integer> before = heard.stream().map(AtomicInteger::get).toList();
        if (!Deadline.in(Duration.ofSeconds(60)).await(() -> {
            for (int i = 0; i < before.size(); i++) {
                if (heard.get(i).get() < before.get(i) + events) {
                    return false;
                }
            }
            return true;
        })) {
            throw new AssertionError("streams that stand still; events " + heard + ", ended " + ended);
        }
    }

    /// Hangs up.
    @Override
    public void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }
}
