package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import dev.gatehouse.devservices.process.Deadline;

/// Clients that ask one thing over and over, each on a connection of its own that it keeps, and what becomes of every single request.
final class SteadyLoad implements AutoCloseable {

    static final String OK = "200";

    private final Supplier<String> request;
    private final Supplier<Asker> askers;
    private final Duration pause;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger well = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ending;

    /// Who asks, on one connection at a time.
    interface Asker extends AutoCloseable {

        /// The status, with the code of a problem behind it.
        String ask(String request) throws IOException;

        /// Hangs up; another request may follow on another connection.
        @Override
        void close();
    }

    /// @param request the next one, as its asker takes it
    /// @param pause between an answer and the client's next request
    private SteadyLoad(Supplier<String> request, Supplier<Asker> askers, Duration pause) {
        this.request = request;
        this.askers = askers;
        this.pause = pause;
    }

    /// @param request the whole of the next one, empty line included
    /// @param port is asked before each new connection
    static SteadyLoad begin(int clients, Duration pause, Supplier<String> request, IntSupplier port) {
        return begin(clients, pause, request, () -> new Client(port));
    }

    static SteadyLoad begin(int clients, Duration pause, Supplier<String> request, Supplier<Asker> askers) {
        SteadyLoad load = new SteadyLoad(request, askers, pause);
        for (int i = 0; i < clients; i++) {
            load.clients.add(Thread.ofVirtual().start(load::ask));
        }
        return load;
    }

    static String get(String path, String... fields) {
        StringBuilder request = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    /// @param octets of its body
    static String post(String path, int octets, String... fields) {
        String[] all = Arrays.copyOf(fields, fields.length + 1);
        all[fields.length] = "Content-Length: " + octets;
        return "POST" + get(path, all).substring(3) + "x".repeat(octets);
    }

    private void ask() {
        try (Asker client = askers.get()) {
            while (!ending) {
                long begun = System.nanoTime();
                String outcome = outcome(client);
                asked.add(new Asked(outcome, begun, System.nanoTime() - begun));
                answered.incrementAndGet();
                well.updateAndGet(before -> outcome.equals(OK) ? before + 1 : 0);
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    private String outcome(Asker client) {
        try {
            return client.ask(request.get());
        } catch (IOException failed) {
            client.close();
            return failed.getClass().getSimpleName() + ": " + failed.getMessage();
        }
    }

    /// How many requests have ended so far.
    int answered() {
        return answered.get();
    }

    /// Waits for so many more.
    void awaitMore(int requests) {
        int before = answered();
        if (!Deadline.in(Duration.ofSeconds(60)).await(() -> answered() >= before + requests)) {
            throw new AssertionError("no " + requests + " requests ended; " + report());
        }
    }

    /// Waits until so many in all were refused with this status.
    void awaitRefused(int status, int requests) {
        String outcome = status + " ";
        if (!Deadline.in(Duration.ofSeconds(60))
                .await(() -> asked.stream().filter(each -> each.outcome.startsWith(outcome)).limit(requests)
                        .count() == requests)) {
            throw new AssertionError("not refused; " + report());
        }
    }

    /// Waits until the last requests were all answered well.
    void awaitWell(int requests) {
        well.set(0);
        if (!Deadline.in(Duration.ofSeconds(60)).await(() -> well.get() >= requests)) {
            throw new AssertionError("it does not recover; " + report());
        }
    }

    /// Asks no more, and hangs up.
    Report end() throws InterruptedException {
        ending = true;
        for (Thread client : clients) {
            if (!client.join(Duration.ofSeconds(60))) {
                throw new AssertionError("a request has no end; " + report());
            }
        }
        return report();
    }

    private Report report() {
        return new Report(List.copyOf(asked));
    }

    @Override
    public void close() {
        ending = true;
    }

    /// One request.
    ///
    /// @param outcome the status, with the code of its problem behind it; else what went wrong on the connection
    private record Asked(String outcome, long begun, long took) {

        boolean failed() {
            return !outcome.equals(OK);
        }
    }

    /// What became of all of them.
    record Report(List<Asked> all) {

        /// How many ended in what other than 200.
        Map<String, Integer> refused() {
            Map<String, Integer> refused = new TreeMap<>();
            all.stream().filter(Asked::failed).forEach(each -> refused.merge(each.outcome, 1, Integer::sum));
            return refused;
        }

        int failures() {
            return (int) all.stream().filter(Asked::failed).count();
        }

        int size() {
            return all.size();
        }

        Duration longest() {
            return Duration.ofNanos(all.stream().mapToLong(Asked::took).max().orElse(0));
        }

        int slowerThan(Duration bound) {
            return (int) all.stream().filter(each -> each.took > bound.toNanos()).count();
        }

        /// How many were begun before this moment and failed.
        int failuresBefore(long nanoTime) {
            return (int) all.stream().filter(each -> each.failed() && each.begun + each.took < nanoTime).count();
        }

        /// From this moment until the last failure.
        Duration failingAfter(long nanoTime) {
            return Duration.ofNanos(all.stream().filter(Asked::failed).mapToLong(each -> each.begun + each.took - nanoTime).max()
                    .stream().map(last -> Math.max(0, last)).findFirst().orElse(0));
        }

        @Override
        public String toString() {
            return size() + " requests, " + (failures() == 0 ? "none refused" : "refused " + refused()) + ", longest "
                    + longest().toMillis() + " ms";
        }
    }
}
