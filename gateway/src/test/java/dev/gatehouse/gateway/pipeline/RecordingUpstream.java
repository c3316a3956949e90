package dev.gatehouse.gateway.pipeline;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A backend that keeps every octet it is sent, request by request, and answers each with 200. It reads framing in the plainest way, so that whatever
/// the gateway sends beyond one request becomes a second one.
///
/// As an extension of a test class it forgets before each test what the one before left, and closes with the class.
public final class RecordingUpstream implements AutoCloseable, BeforeEachCallback, AfterAllCallback {

    private final ServerSocket server;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private RecordingUpstream(ServerSocket server) {
        this.server = server;
    }

    public static RecordingUpstream start() {
        try {
            RecordingUpstream upstream = new RecordingUpstream(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(upstream::accept);
            return upstream;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /// What it says from now on to every request.
    public void answerWith(String bytes) {
        answer = bytes;
    }

    /// The next request, complete or broken off, oldest first.
    public Received next() throws InterruptedException {
        Received next = received.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request reached the upstream");
        }
        return next;
    }

    /// The next of these requests; others, which a test before may have left on their way, are forgotten.
    public Received next(Predicate<Received> wanted) throws InterruptedException {
        Received next = next();
        while (!wanted.test(next)) {
            next = next();
        }
        return next;
    }

    /// All requests that have ended so far.
    public List<Received> drain() {
        List<Received> all = new java.util.ArrayList<>();
        received.drainTo(all);
        return all;
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
        try (Socket socket = accepted) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                boolean whole = body(head, in, body);
                received.add(new Received(head, body.toString(StandardCharsets.ISO_8859_1), whole));
                if (!whole) {
                    return;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // The gateway hung up.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return head.toString();
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static boolean body(String head, InputStream in, ByteArrayOutputStream body) throws IOException {
        try {
            String length = field(head, "content-length");
            if (!length.isEmpty()) {
                for (long left = Long.parseLong(length); left > 0; left--) {
                    body.write(octet(in));
                }
            } else if (field(head, "transfer-encoding").equals("chunked")) {
                while (!isEnd(body.toString(StandardCharsets.ISO_8859_1))) {
                    body.write(octet(in));
                }
            }
            return true;
        } catch (EOFException | java.net.SocketException brokenOff) {
            return false;
        }
    }

    private static boolean isEnd(String chunks) {
        return chunks.endsWith("\r\n\r\n") && (chunks.startsWith("0\r\n") || chunks.contains("\r\n0\r\n"));
    }

    private static int octet(InputStream in) throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new EOFException();
        }
        return c;
    }

    private static String field(String head, String name) {
        return head.lines().filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        drain();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// One request as its octets came.
    ///
    /// @param body with the lines between chunks
    /// @param whole whether its end came
    public record Received(String head, String body, boolean whole) {

        public String target() {
            return head.split(" ", -1)[1];
        }

        /// Values of all fields of that name.
        public List<String> all(String name) {
            return head.lines().skip(1)
                    .filter(line -> line.indexOf(':') > 0 && line.substring(0, line.indexOf(':')).equalsIgnoreCase(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).toList();
        }
    }
}
