package dev.gatehouse.gateway.observability;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.jspecify.annotations.Nullable;

/// Logback's appender of the access log: lines wait in a queue, bounded in lines and octets, and one thread writes to standard output what
/// came within [#PAUSE] at once. Logging never waits, and wakes that thread once for each pause instead of once for each line. What finds no
/// place is left out; a line `{"dropped":17}` behind the next ones says that seventeen are missing. Stopping writes what waits, for
/// [#FAREWELL] at most. Thread-safe.
public final class AccessWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final int MOST_WAITING = 8192;
    static final int MOST_OCTETS = 16 * 1024 * 1024; // a line can be as long as the longest path
    private static final int BLOCK = 64 * 1024;

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong octets = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Supplier<PrintStream> out;
    private volatile @Nullable Thread writer;

    /// For Logback, which makes it by its name.
    @SuppressWarnings("unused")
    public AccessWriter() {
        this(() -> System.out);
    }

    AccessWriter(Supplier<PrintStream> out) {
        this.out = out;
    }

    @Override
    public void start() {
        super.start();
        writer = Thread.ofPlatform().daemon().name("access-log").start(this::writeOn);
    }

    @Override
    public void stop() {
        super.stop();
        Thread thread = writer;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(FAREWELL);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        add(event.getFormattedMessage());
    }

    /// Whether there was room.
    boolean add(String line) {
        boolean taken = octets.get() < MOST_OCTETS && lines.offer(line);
        if (taken) {
            octets.addAndGet(line.length()); // of ASCII, see AccessLog
        } else {
            dropped.incrementAndGet();
        }
        return taken;
    }

    private void writeOn() {
        List<String> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(lines.take());
                Thread.sleep(PAUSE);
                write(batch);
            }
        } catch (InterruptedException stopped) {
            write(batch);
        }
    }

    /// Whatever happens, the thread lives on.
    private void write(List<String> batch) {
        try {
            lines.drainTo(batch);
            print(batch, out.get());
        } catch (RuntimeException | Error lost) {
            dropped.addAndGet(batch.size());
            addError("lines of the access log are lost", lost);
        } finally {
            octets.addAndGet(-batch.stream().mapToLong(String::length).sum());
            batch.clear();
        }
    }

    private void print(List<String> batch, PrintStream stream) {
        ByteArrayOutputStream block = new ByteArrayOutputStream(BLOCK);
        for (String line : batch) {
            append(line, block);
            if (block.size() >= BLOCK) {
                flush(block, stream);
            }
        }
        long missing = dropped.getAndSet(0);
        if (missing > 0) {
            append("{\"dropped\":" + missing + "}", block);
        }
        flush(block, stream);
    }

    private static void append(String line, ByteArrayOutputStream block) {
        block.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1)); // ASCII, see AccessLog
        block.write('\n');
    }

    private static void flush(ByteArrayOutputStream block, PrintStream stream) {
        byte[] octets = block.toByteArray();
        block.reset();
        stream.write(octets, 0, octets.length);
        stream.flush();
    }
}
