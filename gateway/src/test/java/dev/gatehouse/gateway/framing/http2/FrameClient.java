package dev.gatehouse.gateway.framing.http2;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;

/// Says frames to the gateway as they are (RFC 9113 §4), good or bad, and reads what comes back; as its client, or as a backend of it. Confirms nothing by itself.
public final class FrameClient implements AutoCloseable {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RESET = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int ACK = 1;
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    public static final byte[] NOTHING = {};

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    private FrameClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
    }

    /// Says the preface and empty settings.
    public static FrameClient greet(int port) throws IOException {
        return greet(silent(port));
    }

    /// The same on a connection that is there, of TLS say.
    public static FrameClient greet(Socket connection) throws IOException {
        return greet(new FrameClient(connection));
    }

    private static FrameClient greet(FrameClient client) throws IOException {
        client.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        client.frame(SETTINGS, 0, 0, NOTHING);
        return client;
    }

    /// The other end: of a connection that was accepted and has said its preface. Says empty settings.
    public static FrameClient serving(Socket accepted) throws IOException {
        FrameClient server = new FrameClient(accepted);
        server.in.readNBytes(24);
        server.frame(SETTINGS, 0, 0, NOTHING);
        return server;
    }

    public static FrameClient silent(int port) throws IOException {
        return new FrameClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    public void say(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    public void frame(int type, int flags, int stream, byte... payload) throws IOException {
        say(octets(type, flags, stream, payload));
    }

    /// A frame that has not been said yet.
    public static byte[] octets(int type, int flags, int stream, byte... payload) {
        int length = payload.length;
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[]{(byte) (length >> 16), (byte) (length >> 8), (byte) length, (byte) type, (byte) flags,
                (byte) (stream >> 24), (byte) (stream >> 16), (byte) (stream >> 8), (byte) stream});
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /// A frame that is nothing but a number.
    public void number(int type, int stream, int number) throws IOException {
        frame(type, 0, stream, (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number);
    }

    /// A header section, of names and values in turn, exactly as they are.
    public byte[] section(String... fields) throws Http2Exception {
        Http2Headers headers = new DefaultHttp2Headers(false);
        ByteBuf octets = Unpooled.buffer();
        // One by one, so that they keep their order.
        for (int i = 0; i < fields.length; i += 2) {
            encoder.encodeHeaders(1, headers.clear().add(ascii(fields[i]), ascii(fields[i + 1])), octets);
        }
        return ByteBufUtil.getBytes(octets);
    }

    private static io.netty.util.AsciiString ascii(String text) {
        return new io.netty.util.AsciiString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void request(int stream, boolean end, String... fields) throws IOException, Http2Exception {
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, section(fields));
    }

    public void get(int stream, String path) throws IOException, Http2Exception {
        request(stream, true, ":method", "GET", ":scheme", "http", ":path", path, ":authority", "localhost");
    }

    public void post(int stream, String... more) throws IOException, Http2Exception {
        String[] line = {":method", "POST", ":scheme", "http", ":path", "/post", ":authority", "localhost"};
        String[] all = java.util.Arrays.copyOf(line, line.length + more.length);
        System.arraycopy(more, 0, all, line.length, more.length);
        request(stream, false, all);
    }

    /// The next frame; one of type -1 when the connection has ended.
    public Frame next() throws IOException {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & Integer.MAX_VALUE;
            return new Frame(type, flags, stream, in.readNBytes(length));
        } catch (EOFException | SocketException _) {
            return new Frame(-1, 0, 0, NOTHING);
        }
    }

    /// What becomes of a stream, or of the whole connection before that.
    public Answer answer(int stream) throws IOException, Http2Exception {
        int status = 0;
        StringBuilder fields = new StringBuilder();
        StringBuilder body = new StringBuilder();
        while (true) {
            Frame frame = next();
            if (frame.type() == -1 || frame.type() == GOAWAY) {
                return new Answer(status, fields.toString(), body.toString(), frame.type() == -1 ? -1 : frame.number(4), true);
            }
            if (frame.type() == HEADERS) {
                Http2Headers headers = decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
                if (frame.stream() == stream) {
                    status = headers.status() == null ? status : Integer.parseInt(headers.status().toString());
                    for (Map.Entry<CharSequence, CharSequence> field : headers) {
                        fields.append(field.getKey()).append(": ").append(field.getValue()).append('\n');
                    }
                }
            }
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == DATA) {
                body.append(new String(frame.payload(), StandardCharsets.UTF_8));
            }
            if (frame.type() == RESET) {
                return new Answer(status, fields.toString(), body.toString(), frame.number(0), false);
            }
            if ((frame.type() == DATA || frame.type() == HEADERS) && (frame.flags() & END_STREAM) != 0) {
                return new Answer(status, fields.toString(), body.toString(), 0, false);
            }
        }
    }

    /// The header and trailer sections of so many streams, when all of them have ended.
    public Map<Integer, String> fields(int streams) throws IOException, Http2Exception {
        Map<Integer, String> sections = new HashMap<>();
        Set<Integer> ended = new HashSet<>();
        while (ended.size() < streams) {
            Frame frame = next();
            if (frame.type() == -1) {
                throw new EOFException("after " + ended.size() + " of " + streams + " streams");
            }
            if (frame.type() == HEADERS) {
                StringBuilder fields = new StringBuilder();
                decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()))
                        .forEach(field -> fields.append(field.getKey()).append(": ").append(field.getValue()).append('\n'));
                sections.merge(frame.stream(), fields.toString(), String::concat);
            }
            if (frame.type() == RESET || (frame.type() <= HEADERS && (frame.flags() & END_STREAM) != 0)) {
                ended.add(frame.stream());
            }
        }
        return sections;
    }

    /// How the connection ends: the error code of GOAWAY, or -1 when it ends without one.
    public int end() throws IOException {
        Frame frame = next();
        while (frame.type() != GOAWAY && frame.type() != -1) {
            frame = next();
        }
        return frame.type() == -1 ? -1 : frame.number(4);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// One frame as it came; of type -1 the end of the connection.
    @SuppressWarnings("ArrayRecordComponent") // read once, compared never
    public record Frame(int type, int flags, int stream, byte[] payload) {

        public int number(int at) {
            return java.nio.ByteBuffer.wrap(payload).getInt(at);
        }
    }

    /// What came of one stream.
    ///
    /// @param error of RST_STREAM or GOAWAY; 0: none
    /// @param over whether the connection ended
    public record Answer(int status, String fields, String body, int error, boolean over) {}
}
