package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/// A backend with WebSockets; what it answers to a handshake is the test's.
public final class SocketUpstream implements AutoCloseable {

    private final ServerSocket server;
    private final Answer answer;
    private final BlockingQueue<SocketPeer> asked = new LinkedBlockingQueue<>();
    private final List<SocketPeer> all = new CopyOnWriteArrayList<>();

    /// What is said to a handshake, as it is; nothing: no answer at all.
    public interface Answer {

        String to(SocketPeer client);
    }

    private SocketUpstream(ServerSocket server, Answer answer) {
        this.server = server;
        this.answer = answer;
    }

    public static SocketUpstream start(Answer answer) {
        return start(ServerSocketFactory.getDefault(), answer);
    }

    /// Speaks TLS and says nothing by itself.
    static SocketUpstream secure(SSLContext context) {
        return start(context.getServerSocketFactory(), _ -> "");
    }

    private static SocketUpstream start(ServerSocketFactory servers, Answer answer) {
        try {
            SocketUpstream upstream = new SocketUpstream(servers.createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                    answer);
            Thread.ofVirtual().start(upstream::accept);
            return upstream;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Agrees to everything, and to the first subprotocol and extension.
    public static SocketUpstream agreeing() {
        return start(client -> agreement(client, client.field("Sec-WebSocket-Protocol").split(", ", -1)[0],
                client.field("Sec-WebSocket-Extensions")));
    }

    static String agreement(SocketPeer client, String protocol, String extension) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Backend: here\r\n"
                + "Sec-WebSocket-Accept: " + accept(client.field("Sec-WebSocket-Key")) + "\r\n"
                + (protocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + protocol + "\r\n")
                + (extension.isEmpty() ? "" : "Sec-WebSocket-Extensions: " + extension + "\r\n") + "\r\n";
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        try {
            SocketPeer peer = new SocketPeer(socket, false);
            all.add(peer);
            asked.add(peer);
            peer.raw(answer.to(peer).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            // The gateway hung up first.
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    /// The next client, which is being answered.
    SocketPeer next() throws InterruptedException {
        SocketPeer next = asked.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no handshake reached the upstream");
        }
        return next;
    }

    /// Whether nobody has asked since.
    boolean isAlone() {
        return asked.isEmpty();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketPeer peer : all) {
            peer.close();
        }
    }
}
