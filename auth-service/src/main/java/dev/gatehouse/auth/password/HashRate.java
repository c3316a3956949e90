package dev.gatehouse.auth.password;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import dev.gatehouse.auth.password.format.Argon2Hash;
import dev.gatehouse.auth.password.format.HashMemory;

/// The command `passwords measure [PERMITS]`: how many passwords this machine can check in a second, which is how many people can sign in.
/// Needs no settings; takes half a minute.
public final class HashRate {

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration MEASURED = Duration.ofSeconds(20);

    private HashRate() {}

    /// {@return the exit code: 0 done, 2 wrongly called}
    ///
    /// @param arguments behind `passwords measure`
    /// @param out where to say what came out
    public static int run(List<String> arguments, PrintStream out) {
        try {
            int permits = arguments.isEmpty() ? Runtime.getRuntime().availableProcessors() : permits(arguments);
            hashes(permits, WARM_UP);
            Done done = hashes(permits, MEASURED);
            double rate = done.hashes() * 1000.0 / MEASURED.toMillis();
            out.printf(Locale.ROOT, "%d at once: %.1f hashes a second, %.0f ms each, %.1f ms of a core%n", permits, rate,
                    permits * 1000 / rate, done.cpu().toNanos() / 1e6 / done.hashes());
            return 0;
        } catch (IllegalArgumentException _) {
            out.println(
                    "usage: passwords measure [PERMITS]   (PERMITS: hashes at once, 1 to 64; without it the number of cores)");
            return 2;
        }
    }

    private static int permits(List<String> arguments) {
        int permits = Integer.parseInt(arguments.getFirst());
        if (arguments.size() > 1 || permits < 1 || permits > 64) {
            throw new IllegalArgumentException(arguments.getFirst());
        }
        return permits;
    }

    static Done hashes(int permits, Duration time) {
        LongAdder done = new LongAdder();
        LongAdder cpu = new LongAdder();
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = IntStream.range(0, permits).mapToObj(_ -> Thread.ofPlatform().start(() -> {
            HashMemory memory = new HashMemory();
            byte[] salt = new byte[Argon2Hash.SALT_LENGTH];
            new SecureRandom().nextBytes(salt);
            do {
                Argon2Hash.create(Password.claimed("measured").utf8(), salt, memory);
                done.increment();
            } while (System.nanoTime() < end);
            cpu.add(clock.getCurrentThreadCpuTime());
        })).toList();
        threads.forEach(HashRate::join);
        return new Done(done.sum(), Duration.ofNanos(cpu.sum()));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the threads did.
    ///
    /// @param hashes how many
    /// @param cpu what they took of the cores, however many others share them
    record Done(long hashes, Duration cpu) {}
}
