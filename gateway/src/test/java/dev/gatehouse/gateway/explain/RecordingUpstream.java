package dev.gatehouse.gateway.explain;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A backend that keeps each request's line and header section byte by byte, and answers 200.
final class RecordingUpstream implements AutoCloseable {

    private final ServerSocket server;
    private final BlockingQueue<List<String>> heads = new LinkedBlockingQueue<>();

    private RecordingUpstream(ServerSocket server) {
        this.server = server;
    }

    static RecordingUpstream start() {
        try {
            RecordingUpstream upstream = new RecordingUpstream(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(upstream::accept);
            return upstream;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    String authority() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /// The lines of the request that has come since the last question; there is at most one.
    Optional<List<String>> next() {
        List<List<String>> all = new ArrayList<>();
        heads.drainTo(all);
        if (all.size() > 1) {
            throw new AssertionError("one request became several: " + all);
        }
        return all.stream().findFirst();
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
            for (List<String> head = head(in); !head.isEmpty(); head = head(in)) {
                long length = head.stream().filter(line -> line.regionMatches(true, 0, "content-length: ", 0, 16))
                        .mapToLong(line -> Long.parseLong(line.substring(16))).findFirst().orElse(0);
                in.skipNBytes(length);
                if (head.contains("transfer-encoding: chunked")) {
                    skipChunks(in);
                }
                heads.add(head);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // The gateway closed the connection.
        }
    }

    private static void skipChunks(InputStream in) throws IOException {
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            in.skipNBytes(size + 2);
        }
        head(in); // its trailers
    }

    private static List<String> head(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return lines;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
