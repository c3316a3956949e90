package dev.gatehouse.gateway.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// One end of a WebSocket over a plain socket: what it says and hears octet by octet.
public final class SocketPeer implements AutoCloseable {

    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final int MASK = 0x01020304;

    private final Socket socket;
    private final boolean masks;
    private final String head;

    /// A frame.
    ///
    /// @param first its first octet: 0x81 is a text, 0x88 a close
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Frame(int first, byte[] payload) {

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public int code() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }

    public SocketPeer(Socket socket, boolean masks) throws IOException {
        this.socket = socket;
        this.masks = masks;
        socket.setSoTimeout(30_000);
        this.head = head(socket.getInputStream());
    }

    /// Asks a gateway for a socket.
    static SocketPeer ask(int port, String path, String... fields) throws IOException {
        return ask(port, path, 0, fields);
    }

    /// @param buffer how much the system takes for a client that does not read, in octets; 0: as usual
    static SocketPeer ask(int port, String path, int buffer, String... fields) throws IOException {
        Socket socket = new Socket();
        if (buffer > 0) {
            socket.setReceiveBufferSize(buffer);
        }
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: gate.example.com\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        return new SocketPeer(socket, true);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return head.toString();
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    /// The header section that the other side began with.
    public String head() {
        return head;
    }

    /// A field of it; empty when there is none.
    String field(String name) {
        return head.lines().filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
                .map(line -> line.substring(name.length() + 2)).findFirst().orElse("");
    }

    void say(String text) throws IOException {
        send(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    void close(int code) throws IOException {
        send(0x88, new byte[]{(byte) (code >> 8), (byte) code});
    }

    void send(int first, byte[] payload) throws IOException {
        send(first, payload, masks);
    }

    void send(int first, byte[] payload, boolean masked) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write(first);
        int bit = masked ? 0x80 : 0;
        if (payload.length < 126) {
            frame.write(bit | payload.length);
        } else if (payload.length < 0x1_0000) {
            frame.write(bit | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(bit | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        byte[] octets = payload;
        if (masked) {
            byte[] mask = ByteBuffer.allocate(4).putInt(MASK).array();
            frame.writeBytes(mask);
            octets = payload.clone();
            for (int i = 0; i < octets.length; i++) {
                octets[i] ^= mask[i & 3];
            }
        }
        frame.writeBytes(octets);
        raw(frame.toByteArray());
    }

    void raw(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    /// The next frame; what it says is unmasked.
    public Frame hear() throws IOException {
        InputStream in = socket.getInputStream();
        int first = in.read();
        if (first < 0) {
            throw new IOException("the connection has ended");
        }
        int second = in.read();
        long length = switch (second & 0x7f) {
            case 126 -> ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
            case 127 -> ByteBuffer.wrap(in.readNBytes(8)).getLong();
            default -> second & 0x7f;
        };
        byte[] mask = (second & 0x80) != 0 ? in.readNBytes(4) : new byte[4];
        byte[] payload = in.readNBytes((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return new Frame(first, payload);
    }

    /// Whether the other side ends the connection, after whatever it says before.
    boolean isHungUp() {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Drop it.
            }
            return true;
        } catch (java.net.SocketTimeoutException stillThere) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
