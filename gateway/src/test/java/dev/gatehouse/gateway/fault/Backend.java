package dev.gatehouse.gateway.fault;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A backend that keeps connections, agrees to WebSockets, tells events to those who ask for them, and misbehaves on demand.
final class Backend implements AutoCloseable {

    /// What it does with a request.
    enum Mood {
        WELL, SLOW, SILENT, RESETTING, GARBAGE
    }

    /// Ends each event.
    static final char EVENT = '!';

    private static final Duration BEAT = Duration.ofMillis(100);
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    // Half of the route's second, and more than any well backend takes.
    private static final Duration LATE = Duration.ofMillis(400);
    private static final Duration DRIP = Duration.ofMillis(50);

    private final int port;
    private volatile String answer;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket server;
    private volatile Mood mood = Mood.WELL;
    private volatile CountDownLatch silence = new CountDownLatch(1);
    private volatile CountDownLatch together = new CountDownLatch(0);

    private Backend(ServerSocket server, String body) {
        this.server = server;
        this.port = server.getLocalPort();
        this.answer = ok(body);
    }

    private static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /// Answers with this from now on.
    void say(String body) {
        answer = ok(body);
    }

    static Backend start() {
        return answering("{}");
    }

    static Backend answering(String body) {
        Backend backend = new Backend(listening(0), body);
        backend.accepting(backend.server);
        return backend;
    }

    private static ServerSocket listening(int port) {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return server;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void become(Mood next) {
        mood = next;
        silence.countDown();
        silence = new CountDownLatch(1);
    }

    /// Holds what is asked of it until this many requests are there at once, which takes as many connections, and then answers them all.
    ///
    /// @return whether it came to that within a minute
    boolean gather(int requests) throws InterruptedException {
        CountDownLatch all = new CountDownLatch(requests);
        together = all;
        return all.await(1, TimeUnit.MINUTES);
    }

    /// Nobody listens any more, and every connection is reset.
    void stop() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Listens again where it did.
    void restart() {
        server = listening(port);
        accepting(server);
    }

    private void accepting(ServerSocket listening) {
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void serve(Socket accepted) {
        try (Socket socket = accepted) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                String head = Client.head(in);
                if (head.contains("\r\nSec-WebSocket-Key: ") || head.contains("\r\nsec-websocket-key: ")) {
                    agree(socket, in, head);
                    return;
                }
                Matcher length = LENGTH.matcher(head);
                if (length.find()) {
                    in.skipNBytes(Long.parseLong(length.group(1)));
                }
                if (mood == Mood.WELL && head.lines().findFirst().orElse("").contains("?events")) {
                    tellEvents(socket);
                    return;
                }
                if (!answer(socket)) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The gateway hung up, or stop() did.
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            open.remove(accepted);
        }
    }

    private boolean answer(Socket socket) throws IOException, InterruptedException {
        OutputStream out = socket.getOutputStream();
        switch (mood) {
            case WELL -> {
                CountDownLatch all = together;
                all.countDown();
                all.await();
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
            }
            case SLOW -> drip(out);
            case SILENT -> {
                silence.await();
                return false;
            }
            case RESETTING -> {
                socket.setSoLinger(true, 0);
                return false;
            }
            case GARBAGE -> {
                out.write("\0\1\2 this is no HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return false;
            }
        }
        return true;
    }

    /// Until its connection ends.
    private static void tellEvents(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        while (true) {
            out.write(("9\r\ndata: " + EVENT + "\n\n\r\n").getBytes(StandardCharsets.US_ASCII));
            LockSupport.parkNanos(BEAT.toNanos());
        }
    }

    /// Late, and then octet by octet.
    private void drip(OutputStream out) throws IOException {
        int body = answer.indexOf("\r\n\r\n") + 4;
        LockSupport.parkNanos(LATE.toNanos());
        out.write(answer.substring(0, body).getBytes(StandardCharsets.US_ASCII));
        for (byte octet : answer.substring(body).getBytes(StandardCharsets.US_ASCII)) {
            LockSupport.parkNanos(DRIP.toNanos());
            out.write(octet);
        }
    }

    /// Says what it hears, until the gateway closes.
    private static void agree(Socket socket, InputStream in, String head) throws IOException {
        String key = head.replaceAll("(?is).*\r\nsec-websocket-key: *([^\r]*)\r\n.*", "$1");
        socket.getOutputStream().write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        in.transferTo(OutputStream.nullOutputStream());
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        become(Mood.WELL);
        stop();
    }
}
