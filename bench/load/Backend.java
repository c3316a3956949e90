package load;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/// The service behind the gateways, and the issuer's key server: 1 KiB of JSON whatever is asked, the keys at `/jwks.json`. One thread on loopback, which
/// ends with the process.
public final class Backend {

    private static final byte[] KEYS = "GET /jwks.json ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST = 64 * 1024;

    private final LongAdder answered = new LongAdder();
    private final byte[] things = answer("{\"data\":\"" + "0123456789".repeat(101) + "0123\"}");
    private final Selector selector;
    private final ServerSocketChannel door;
    private volatile byte[] keys = answer("{\"keys\":[]}");

    /// Listens at once. Port 0: any free one.
    public Backend(int port) {
        try {
            selector = Selector.open();
            door = ServerSocketChannel.open();
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
            door.configureBlocking(false);
            door.register(selector, SelectionKey.OP_ACCEPT);
        } catch (BindException e) {
            throw new Trouble("port " + port + " of 127.0.0.1 is taken; the backend needs it (--backend says another one)");
        } catch (IOException e) {
            throw new Trouble("no backend: " + e.getMessage());
        }
        Thread.ofPlatform().daemon().name("backend").start(this::serve);
    }

    /// The port it listens at.
    public int port() {
        return door.socket().getLocalPort();
    }

    /// The key set from now on.
    public void keys(String json) {
        keys = answer(json);
    }

    /// Requests that it has answered.
    public long answered() {
        return answered.sum();
    }

    private void serve() {
        while (true) {
            try {
                selector.select(key -> {
                    if (key.isAcceptable()) {
                        accept();
                    } else {
                        read(key);
                    }
                });
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void accept() {
        try {
            SocketChannel channel = door.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(LONGEST));
            }
        } catch (IOException e) {
            System.err.println("backend: " + e.getMessage());
        }
    }

    private void read(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer in = (ByteBuffer) key.attachment();
        try {
            boolean open = channel.read(in) >= 0;
            for (int end = Message.end(in); open && end >= 0; end = Message.end(in)) {
                byte[] answer = asksForKeys(in) ? keys : things;
                in.flip().position(end);
                in.compact();
                open = channel.write(ByteBuffer.wrap(answer)) == answer.length; // one that does not fit is not being read
                answered.increment();
            }
            if (!open || !in.hasRemaining()) {
                channel.close();
            }
        } catch (IOException gone) {
            key.cancel();
            close(channel);
        }
    }

    private static boolean asksForKeys(ByteBuffer in) {
        for (int i = 0; i < KEYS.length; i++) {
            if (in.get(i) != KEYS[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] answer(String json) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            return;
        }
    }
}
