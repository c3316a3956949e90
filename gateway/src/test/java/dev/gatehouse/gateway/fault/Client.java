package dev.gatehouse.gateway.fault;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// An HTTP client that keeps its connection as long as the gateway lets it, and says what it got.
final class Client implements SteadyLoad.Asker {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final Pattern CODE = Pattern.compile("\"code\":\"([^\"]+)\"");
    // Longer than anything may take.
    private static final int PATIENCE_MILLIS = 50_000;

    private final IntSupplier port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;
    private String head = "";

    Client(IntSupplier port) {
        this.port = port;
    }

    /// `200`, or another status and the code of its problem. A connection that is found closed when it is used again is replaced once, as clients do.
    @Override
    public String ask(String request) throws IOException {
        if (socket != null) {
            try {
                return exchange(request);
            } catch (EOFException | java.net.SocketException stale) {
                close();
                if (!head.isEmpty()) {
                    throw stale;
                }
            }
        }
        connect();
        return exchange(request);
    }

    /// The header section of the last answer.
    String head() {
        return head;
    }

    private void connect() throws IOException {
        head = "";
        Socket opened = new Socket(InetAddress.getLoopbackAddress(), port.getAsInt());
        opened.setSoTimeout(PATIENCE_MILLIS);
        opened.setTcpNoDelay(true);
        socket = opened;
        in = new BufferedInputStream(opened.getInputStream());
    }

    private String exchange(String request) throws IOException {
        Socket connected = java.util.Objects.requireNonNull(socket);
        InputStream answers = java.util.Objects.requireNonNull(in);
        head = "";
        connected.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        head = head(answers);
        Matcher length = LENGTH.matcher(head);
        String body = new String(answers.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0),
                StandardCharsets.ISO_8859_1);
        if (head.toLowerCase(java.util.Locale.ROOT).contains("\r\nconnection: close")) {
            close();
        }
        Matcher code = CODE.matcher(body);
        return head.substring(9, 12) + (code.find() ? " " + code.group(1) : "");
    }

    static String head(InputStream in) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("ended after " + read.length() + " octets");
            }
            read.append((char) octet);
        }
        return read.toString();
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException _) {
            // It is gone in any case.
        }
        socket = null;
        in = null;
    }
}
