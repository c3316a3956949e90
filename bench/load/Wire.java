package load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/// One connection to a gateway at a port of loopback, for whoever writes requests piece by piece. For one thread.
public final class Wire implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration OLD = Duration.ofSeconds(20); // a third of what the gateway allows

    private final byte[] octets = new byte[32 * 1024];
    private final Socket socket;
    private volatile long used = System.nanoTime();

    /// Opens it.
    public Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
    }

    /// A piece of a request.
    public void write(byte[] piece) throws IOException {
        socket.getOutputStream().write(piece);
    }

    /// The status of the next answer, when all of it has come; fails when the gateway closes before.
    public int status() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(octets);
        while (Message.end(in) < 0) {
            int read = socket.getInputStream().read(octets, in.position(), in.remaining());
            if (read <= 0) {
                throw new IOException("closed before an answer");
            }
            in.position(in.position() + read);
        }
        used = System.nanoTime();
        return Message.status(in);
    }

    /// Whether it has been idle for so long that the gateway may soon close it.
    public boolean isOld() {
        return System.nanoTime() - used > OLD.toNanos();
    }

    /// Goes away without a word (RST instead of FIN).
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
