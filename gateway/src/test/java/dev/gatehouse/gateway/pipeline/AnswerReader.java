package dev.gatehouse.gateway.pipeline;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A connection that is kept, for many requests one after the other. Not thread-safe.
final class AnswerReader implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    AnswerReader(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /// Asks and answers with the status.
    int status(String line, String... fields) throws IOException {
        String request = line + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return next();
    }

    /// The status of the next answer.
    private int next() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the connection ended after: " + head);
            }
            head.append((char) octet);
        }
        String length = head.toString().lines().filter(line -> line.regionMatches(true, 0, "Content-Length: ", 0, 16)).findFirst()
                .orElseThrow(() -> new IOException("no length: " + head));
        in.skipNBytes(Integer.parseInt(length.substring(16)));
        return Integer.parseInt(head.substring(9, 12));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
