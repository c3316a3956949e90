package load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Connections that ask once and stay. For one thread.
public final class Crowd implements AutoCloseable {

    private final ByteBuffer in = ByteBuffer.allocateDirect(32 * 1024);
    private final List<SocketChannel> channels = new ArrayList<>();
    private final int port;

    /// For a gateway at this port of loopback; there is no connection yet.
    public Crowd(int port) {
        this.port = port;
    }

    /// Opens what is missing, and asks on each; how many did not get 200.
    public int growTo(int count, Supplier<byte[]> requests) throws IOException {
        int failed = 0;
        while (channels.size() < count) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channels.add(channel);
            failed += asked(channel, requests.get()) ? 0 : 1;
        }
        return failed;
    }

    /// Asks on each; how many did not get 200.
    public int ask(Supplier<byte[]> requests) {
        int failed = 0;
        for (SocketChannel channel : channels) {
            failed += asked(channel, requests.get()) ? 0 : 1;
        }
        return failed;
    }

    private boolean asked(SocketChannel channel, byte[] request) {
        try {
            channel.write(ByteBuffer.wrap(request));
            in.clear();
            while (Message.end(in) < 0) {
                if (channel.read(in) <= 0) {
                    return false;
                }
            }
            return Message.status(in) == 200;
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
