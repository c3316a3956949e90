package load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Clients that ask as fast as they get answers: each has one connection and one request under way. One thread for all, since the machine has to spare something
/// for what is measured. An answer other than 200 is a failure, and so is a connection's end.
public final class Client {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST = 32 * 1024;

    private final Supplier<byte[]> requests;
    private final Latencies latencies = new Latencies();
    private final Selector selector;
    private long good;
    private long failed;
    private int underWay;
    private boolean over;

    private Client(Supplier<byte[]> requests) throws IOException {
        this.requests = requests;
        this.selector = Selector.open();
    }

    /// So many connections, spread over the ports, for this time or until `requests` gives null.
    public static Round ask(List<Integer> ports, int connections, Supplier<byte[]> requests, Duration time) {
        try {
            Client client = new Client(requests);
            try (client.selector) {
                return client.run(ports, connections, time);
            }
        } catch (IOException e) {
            throw new Trouble("the gateway at " + ports + " does not answer any more: " + e.getMessage());
        }
    }

    private Round run(List<Integer> ports, int connections, Duration time) throws IOException {
        for (int i = 0; i < connections; i++) {
            open(ports.get(i % ports.size()));
        }
        long begun = System.nanoTime();
        long end = begun + time.toNanos();
        for (SelectionKey key : selector.keys().toArray(SelectionKey[]::new)) {
            send(key);
        }
        while (underWay > 0 && System.nanoTime() - end < PATIENCE.toNanos()) {
            selector.select(this::receive, 100);
            over |= System.nanoTime() >= end;
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        failed += underWay;
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        return new Round(good, failed, seconds, latencies);
    }

    private SelectionKey open(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return channel.register(selector, SelectionKey.OP_READ, new Connection(port));
    }

    private void send(SelectionKey key) throws IOException {
        byte[] request = over ? null : requests.get();
        if (request == null) {
            over = true;
            return;
        }
        Connection connection = (Connection) key.attachment();
        connection.out.clear().put(request).flip();
        connection.sent = System.nanoTime();
        underWay++;
        while (connection.out.hasRemaining()) { // a request fits what the system holds for an idle connection
            ((SocketChannel) key.channel()).write(connection.out);
        }
    }

    private void receive(SelectionKey key) {
        try {
            Connection connection = (Connection) key.attachment();
            if (((SocketChannel) key.channel()).read(connection.in) < 0) {
                throw new IOException("closed");
            }
            int end = Message.end(connection.in);
            if (end < 0) {
                return;
            }
            underWay--;
            if (end == connection.in.position() && Message.status(connection.in) == 200) {
                good++;
                latencies.add(System.nanoTime() - connection.sent);
            } else {
                failed++;
            }
            connection.in.clear();
            send(key);
        } catch (IOException broken) {
            replace(key);
        }
    }

    private void replace(SelectionKey key) {
        try {
            underWay--;
            failed++;
            key.channel().close();
            send(open(((Connection) key.attachment()).port));
        } catch (IOException e) {
            throw new Trouble("a gateway has gone: " + e.getMessage());
        }
    }

    private static final class Connection {

        private final int port;
        private final ByteBuffer in = ByteBuffer.allocateDirect(LONGEST);
        private final ByteBuffer out = ByteBuffer.allocateDirect(LONGEST);
        private long sent;

        private Connection(int port) {
            this.port = port;
        }
    }
}
