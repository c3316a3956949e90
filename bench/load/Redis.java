package load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Redis of one's own on loopback that keeps nothing, from the `redis-server` on the path.
public final class Redis {

    private Redis() {}

    /// Starts one; empty when there is none on the path.
    public static Optional<Contender> start(Programs programs, Cores cores) {
        return Programs.find("redis-server").map(command -> {
            int port = Programs.freePort();
            Process process = programs.start("redis", cores.beside(List.of(command.toString(), "--bind", "127.0.0.1", "--port", "" + port, "--save",
                    "", "--appendonly", "no", "--dir", programs.folder().toString())), Map.of());
            Contender redis = new Contender("redis", port, 0, false, process);
            while (!listens(port)) {
                if (!process.isAlive()) {
                    throw new Trouble("redis-server does not start; see " + programs.folder().resolve("redis.log"));
                }
                Thread.onSpinWait();
            }
            return redis;
        });
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
