package load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Requests at a fixed rate. Each connection has its share of them, at moments planned beforehand, and the time an answer took counts from that moment: what had
/// to wait for a slow answer before it counts as slow, too.
public final class Paced {

    private static final int CONNECTIONS = 30;
    private static final int LONGEST = 32 * 1024;

    private final int port;
    private final Supplier<byte[]> requests;
    private final long pause;
    private final long times;

    private Paced(int port, Supplier<byte[]> requests, long pause, long times) {
        this.port = port;
        this.requests = requests;
        this.pause = pause;
        this.times = times;
    }

    /// `rate` in a second, for that time. `requests` is asked by many threads.
    public static Round ask(int port, int rate, Supplier<byte[]> requests, Duration time) {
        Paced paced = new Paced(port, requests, 1_000_000_000L * CONNECTIONS / rate, time.toNanos() * rate / CONNECTIONS / 1_000_000_000L);
        long begin = System.nanoTime() + 50_000_000;
        List<Callable<Round>> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            long first = begin + i * paced.pause / CONNECTIONS;
            clients.add(() -> paced.connection(first));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS, Thread.ofPlatform().daemon().factory())) {
            Latencies all = new Latencies();
            long failed = 0;
            for (Future<Round> each : threads.invokeAll(clients)) {
                all.add(each.get().latencies());
                failed += each.get().failed();
            }
            return new Round(all.total(), failed, (System.nanoTime() - begin) / 1e9, all);
        } catch (ExecutionException | InterruptedException e) {
            throw new Trouble("the gateway at " + port + " does not answer any more: " + e.getMessage());
        }
    }

    private Round connection(long first) throws IOException {
        Latencies latencies = new Latencies();
        long failed = 0;
        SocketChannel channel = open();
        ByteBuffer in = ByteBuffer.allocateDirect(LONGEST);
        for (long i = 0; i < times; i++) {
            long planned = first + i * pause;
            for (long left = planned - System.nanoTime(); left > 0; left = planned - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (exchange(channel, in.clear())) {
                latencies.add(System.nanoTime() - planned);
            } else {
                failed++;
                channel.close();
                channel = open();
            }
        }
        channel.close();
        return new Round(latencies.total(), failed, 0, latencies);
    }

    private boolean exchange(SocketChannel channel, ByteBuffer in) {
        try {
            ByteBuffer out = ByteBuffer.wrap(requests.get());
            while (out.hasRemaining()) {
                channel.write(out);
            }
            int end = -1;
            while (end < 0) {
                if (channel.read(in) <= 0) {
                    return false;
                }
                end = Message.end(in);
            }
            return end == in.position() && Message.status(in) == 200;
        } catch (IOException broken) {
            return false;
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }
}
