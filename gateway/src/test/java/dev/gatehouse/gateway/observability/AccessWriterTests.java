package dev.gatehouse.gateway.observability;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class AccessWriterTests {

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final CountDownLatch tap = new CountDownLatch(1);
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final List<AccessWriter> started = new ArrayList<>();

    @AfterEach
    void leaveNoThread() {
        tap.countDown();
        started.forEach(AccessWriter::stop);
    }

    private List<String> written() {
        return octets.toString(StandardCharsets.US_ASCII).lines().toList();
    }

    private AccessWriter started(OutputStream out) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.US_ASCII);
        return started(() -> stream);
    }

    private AccessWriter started(Supplier<PrintStream> out) {
        AccessWriter writer = new AccessWriter(out);
        writer.start();
        started.add(writer);
        return writer;
    }

    /// An output that takes nothing until the tap is opened.
    private OutputStream closed() {
        return new OutputStream() {
            @Override
            public void write(int octet) {
                write(new byte[]{(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] block, int from, int length) {
                stuck.countDown();
                boolean interrupted = false;
                while (true) {
                    try {
                        tap.await();
                        break;
                    } catch (InterruptedException _) {
                        interrupted = true; // a pipe does not care either
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                octets.write(block, from, length);
            }
        };
    }

    @Test
    @Timeout(20)
    void writesWhatCameWithoutBeingStopped() {
        AccessWriter writer = started(octets);
        writer.add("one");
        await().atMost(Duration.ofSeconds(10)).until(() -> written().equals(List.of("one")));
        writer.add("two");
        await().atMost(Duration.ofSeconds(10)).until(() -> written().equals(List.of("one", "two")));
        writer.stop();
        assertThat(written()).containsExactly("one", "two");
    }

    @Test
    @Timeout(20)
    void keepsEachThreadsLinesWholeAndInOrder() throws InterruptedException {
        AccessWriter writer = started(octets);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "thread-" + i;
            threads.add(Thread.ofPlatform().start(
                    () -> IntStream.range(0, 1000).forEach(line -> writer.add(name + ' ' + line + ' ' + "x".repeat(200)))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        writer.stop();
        assertThat(written()).hasSize(4000);
        for (int i = 0; i < 4; i++) {
            String name = "thread-" + i + ' ';
            assertThat(written().stream().filter(line -> line.startsWith(name)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 1000).mapToObj(line -> name + line + ' ' + "x".repeat(200)).toList());
        }
    }

    @Test
    @Timeout(20)
    void neverWaitsForTheOutputAndSaysWhatIsMissing() throws InterruptedException {
        AccessWriter writer = started(closed());
        writer.add("first");
        stuck.await(); // in the middle of a write; nothing leaves the queue any more
        int taken = 0;
        while (writer.add("line")) {
            taken++;
        }
        assertThat(taken).isEqualTo(8192);
        assertThat(writer.add("late")).isFalse();
        tap.countDown();
        await().atMost(Duration.ofSeconds(10)).until(() -> written().size() >= 8194);
        writer.stop();
        assertThat(written()).hasSize(8194).startsWith("first", "line").endsWith("line", "{\"dropped\":2}");
    }

    /// Paths may be long, and whoever sends them must not fill the memory behind an output that is stuck.
    @Test
    @Timeout(20)
    void keepsNoMoreThanItMayOfLongLines() throws InterruptedException {
        AccessWriter writer = started(closed());
        writer.add("first");
        stuck.await();
        String line = "x".repeat(8 * 1024);
        int taken = 0;
        while (writer.add(line)) {
            taken++;
        }
        assertThat(taken).isBetween(1, AccessWriter.MOST_OCTETS / line.length() + 1);
        tap.countDown();
        await().atMost(Duration.ofSeconds(10)).until(() -> writer.add("room again"));
    }

    @Test
    @Timeout(20)
    void doesNotWaitForAnOutputThatIsStuckForever() throws InterruptedException {
        AccessWriter writer = started(closed());
        writer.add("first");
        stuck.await();
        writer.stop();
        assertThat(written()).isEmpty();
    }

    @Test
    @Timeout(20)
    void livesOnWhenAWriteFailsAndSaysWhatIsMissing() {
        PrintStream good = new PrintStream(octets, true, StandardCharsets.US_ASCII);
        AtomicBoolean failed = new AtomicBoolean();
        AccessWriter writer = started(() -> {
            if (failed.compareAndSet(false, true)) {
                throw new OutOfMemoryError("played");
            }
            return good;
        });
        writer.add("lost");
        await().atMost(Duration.ofSeconds(10)).untilTrue(failed);
        writer.add("kept");
        await().atMost(Duration.ofSeconds(10)).until(() -> written().size() == 2);
        writer.stop();
        assertThat(written()).containsExactly("kept", "{\"dropped\":1}");
    }

    @Test
    @Timeout(20)
    void writesWhatWaitsWhenItStops() {
        AccessWriter writer = started(octets);
        IntStream.range(0, 100).forEach(line -> writer.add("line " + line));
        writer.stop();
        assertThat(written()).containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(line -> "line " + line).toList());
    }
}
