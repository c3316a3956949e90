package dev.gatehouse.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import dev.gatehouse.devservices.process.Deadline;

/// Ports of this machine's loopback interface. Safe to share between threads.
public final class FreePorts {

    private static final Duration LETTING_GO = Duration.ofSeconds(2);

    // Below the range from which Linux (32768) and macOS (49152) take the local ends of outgoing connections: a port found free
    // here is not taken by a connection before its server binds it.
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;

    private static final AtomicInteger CURSOR = new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    /// A port nobody listens on, not handed out before by this JVM as long as others remain.
    public static int next() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + Math.floorMod(CURSOR.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between %d and %d".formatted(FIRST, FIRST + COUNT - 1));
    }

    /// Whether a server could listen on this loopback port now.
    public static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Refuses a port that stays busy; a server that is just ending has a moment to let go of it.
    static void require(String service, int port) {
        if (!Deadline.in(LETTING_GO).await(() -> isFree(port))) {
            throw new ServiceStartException(
                    "%s cannot start: port %d of 127.0.0.1 is in use by another program".formatted(service, port));
        }
    }
}
