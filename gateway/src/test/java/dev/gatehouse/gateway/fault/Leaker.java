package dev.gatehouse.gateway.fault;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Loses buffers in somebody else's process, where it runs as an agent. Knows nothing but the JDK, since it is alone there.
public final class Leaker {

    static final String DONE = "Lost on purpose.";

    private static final int BUFFERS = 10;

    private Leaker() {}

    /// Begins once the process has its own classes.
    public static void premain(String argument) {
        Thread.ofPlatform().daemon().start(Leaker::lose);
    }

    private static void lose() {
        Optional<ClassLoader> classes = classes();
        while (classes.isEmpty()) {
            LockSupport.parkNanos(10_000_000);
            classes = classes();
        }
        try {
            Class<?> allocator = Class.forName("io.netty.buffer.PooledByteBufAllocator", true, classes.get());
            for (int i = 0; i < BUFFERS; i++) {
                allocator.getMethod("buffer", int.class).invoke(allocator.getField("DEFAULT").get(null), 64);
            }
            System.out.println(DONE);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Of the jar within which the jars are.
    private static Optional<ClassLoader> classes() {
        return Thread.getAllStackTraces().keySet().stream().flatMap(thread -> Stream.ofNullable(thread.getContextClassLoader()))
                .filter(loader -> loader.getClass().getName().startsWith("org.springframework.boot.loader")).findAny();
    }
}
