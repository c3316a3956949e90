package soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

import load.Tokens;
import load.Wire;

/// People of all kinds who come at a fixed rate: most are let in, others have no good token, come too often, ask for what is not there, go away without waiting, or
/// send a body slowly. Thread-safe.
public final class Visitors {

    /// How a visit goes, and how many of twenty go so.
    private enum Kind {
        GOOD(11, 200), REFUSED(2, 401), LIMITED(3, 200, 429), UNKNOWN(1, 404), GONE(2), SLOW(1, 200);

        private final int share;
        private final List<Integer> expected;

        Kind(int share, Integer... expected) {
            this.share = share;
            this.expected = List.of(expected);
        }
    }

    private static final int AT_ONCE = 1000;
    private static final byte[] PIECE = "0123456789".repeat(50).getBytes(StandardCharsets.US_ASCII);
    private static final Duration PAUSE = Duration.ofMillis(250); // four pieces so: a second, far above the lowest rate that is allowed

    private final Kind[] order = Arrays.stream(Kind.values()).flatMap(kind -> Collections.nCopies(kind.share, kind).stream())
            .toArray(Kind[]::new);
    private final ConcurrentLinkedDeque<Wire> idle = new ConcurrentLinkedDeque<>();
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final LongAdder unexpected = new LongAdder();
    private final LongAdder all = new LongAdder();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final int port;
    private final List<String> users;

    /// For a gateway at this port, with these users' tokens.
    public Visitors(int port, List<String> users) {
        this.port = port;
        this.users = users;
    }

    /// Lets them come, as long as this process lives.
    public void come(int rate) {
        Thread.ofPlatform().daemon().name("visitors").start(() -> {
            long begun = System.nanoTime();
            for (long i = 0;; i++) {
                long planned = begun + i * 1_000_000_000L / rate;
                for (long left = planned - System.nanoTime(); left > 0; left = planned - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                int visitor = (int) (i % 1_000_000);
                free.acquireUninterruptibly(); // the rate falls where the gateway does not keep up
                Thread.ofVirtual().start(() -> visit(order[visitor * 7 % order.length], visitor));
            }
        });
    }

    /// How many came.
    public long all() {
        return all.sum();
    }

    /// How many were not answered as they should have been.
    public long unexpected() {
        return unexpected.sum();
    }

    /// How often each kind of visit ended how.
    public Map<String, LongAdder> outcomes() {
        return new TreeMap<>(outcomes);
    }

    private void visit(Kind kind, int visitor) {
        all.increment();
        try {
            int status = switch (kind) {
                case GOOD -> ask(Tokens.request("/api/items/" + visitor, user(visitor)));
                case REFUSED -> ask(Tokens.request("/api/items/7", visitor % 2 == 0 ? "" : forged(visitor)));
                case LIMITED -> ask(Tokens.request("/narrow/items/7", user(visitor % 20)));
                case UNKNOWN -> ask(Tokens.request("/nowhere/" + visitor, user(visitor)));
                case GONE -> leave(Tokens.request("/api/items/7", user(visitor)), visitor);
                case SLOW -> send(user(visitor));
            };
            count(kind, "" + status, kind.expected.isEmpty() || kind.expected.contains(status));
        } catch (IOException broken) {
            count(kind, "broken", false);
        } finally {
            free.release();
        }
    }

    private void count(Kind kind, String outcome, boolean expected) {
        outcomes.computeIfAbsent(kind + " " + outcome, any -> new LongAdder()).increment();
        unexpected.add(expected ? 0 : 1);
    }

    /// Over a connection that is kept, if one is free.
    private int ask(byte[] request) throws IOException {
        Wire kept = idle.poll();
        Wire wire = kept == null || kept.isOld() ? new Wire(port) : kept;
        try {
            wire.write(request);
            int status = wire.status();
            idle.push(wire);
            forgetOldest();
            return status;
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    /// Those that nobody needs any more end before the gateway ends them.
    private void forgetOldest() throws IOException {
        Wire oldest = idle.pollLast();
        if (oldest != null && oldest.isOld()) {
            oldest.close();
        } else if (oldest != null) {
            idle.addLast(oldest);
        }
    }

    private int leave(byte[] request, int visitor) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(visitor % 3 == 0 ? Arrays.copyOf(request, request.length / 2) : request);
            if (visitor % 2 == 0) {
                wire.reset();
            }
        }
        return 0;
    }

    private int send(String token) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(("POST /api/items HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                    + "\r\nContent-Type: text/plain\r\nContent-Length: " + 4 * PIECE.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 4; i++) {
                LockSupport.parkNanos(PAUSE.toNanos());
                wire.write(PIECE);
            }
            return wire.status();
        }
    }

    /// A good token but for its signature.
    private String forged(int visitor) {
        String token = user(visitor);
        return token.substring(0, token.length() - 20) + "A".repeat(20);
    }

    private String user(int visitor) {
        return users.get(visitor % users.size());
    }
}
