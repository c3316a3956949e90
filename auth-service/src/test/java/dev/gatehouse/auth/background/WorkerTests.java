package dev.gatehouse.auth.background;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;

final class WorkerTests {

    private static final Outcome MORE = new Outcome.More();
    private static final Outcome DONE = new Outcome.Done();
    private static final Outcome FAILED = new Outcome.Failed("away");

    private final Queue<Outcome> outcomes = new ArrayDeque<>();
    private final AtomicInteger steps = new AtomicInteger();
    private final Semaphore taken = new Semaphore(0);
    private Worker worker = new Worker("test", this::step);

    @AfterEach
    void stop() {
        worker.stop();
    }

    @Test
    void goesOnAtOnceWhileThereIsMore() throws InterruptedException {
        outcomes.addAll(List.of(MORE, MORE, MORE));
        worker.start();

        assertThat(taken.tryAcquire(4, 900, TimeUnit.MILLISECONDS)).as("without a look each second").isTrue();
    }

    @Test
    void looksEverySecondEvenIfNobodyWakesIt() throws InterruptedException {
        worker.start();

        assertThat(taken.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failingIsFollowedByAPauseThatNobodyCutsShort() throws InterruptedException {
        worker = new Worker("test", this::step, Duration.ofMillis(300));
        outcomes.add(FAILED);
        long start = System.nanoTime();
        worker.start();
        assertThat(taken.tryAcquire(1, 5, TimeUnit.SECONDS)).isTrue();
        worker.wake();

        assertThat(taken.tryAcquire(1, 5, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
    }

    @Test
    void survivesABugAndADatabaseThatIsAway() throws InterruptedException {
        worker = new Worker("test", () -> switch (steps.getAndIncrement()) {
            case 0 -> throw new IllegalStateException("a bug of this test");
            case 1 -> throw new DataAccessResourceFailureException("away");
            case 2 -> throw new NoClassDefFoundError("a bug of this test");
            default -> {
                taken.release();
                yield DONE;
            }
        }, Duration.ofMillis(10));
        worker.start();

        assertThat(taken.tryAcquire(1, 5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tellsABugOnceHoweverOftenItComes() throws InterruptedException {
        worker = new Worker("test", () -> {
            if (steps.getAndIncrement() < 4) {
                throw new IllegalStateException("a bug of this test");
            }
            taken.release();
            return DONE;
        }, Duration.ofMillis(1));
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(Worker.class);
        told.start();
        log.addAppender(told);
        try {
            worker.start();
            assertThat(taken.tryAcquire(1, 5, TimeUnit.SECONDS)).isTrue();
        } finally {
            log.detachAppender(told);
        }

        assertThat(List.copyOf(told.list)).filteredOn(event -> event.getLevel() == Level.ERROR).hasSize(1);
    }

    @Test
    void pausesGrowNoLongerThanTheyMay() throws InterruptedException {
        worker = new Worker("test", this::step, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
        outcomes.addAll(Collections.nCopies(20, FAILED)); // doubled each time, a quarter of an hour
        worker.start();

        assertThat(taken.tryAcquire(21, 10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void takesALastStepWhenItIsStopped() throws InterruptedException {
        worker.start();
        assertThat(taken.tryAcquire(1, 5, TimeUnit.SECONDS)).isTrue();
        int before = steps.get();

        worker.stop();

        assertThat(steps.get()).isGreaterThan(before);
        assertThat(worker.isRunning()).isFalse();
    }

    @Test
    void stopsInTimeWhateverTheStepIsWaitingFor() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        worker = new Worker("test", () -> {
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stopped) {
                interrupted.countDown();
                Thread.currentThread().interrupt();
            }
            return DONE;
        });
        worker.start();
        assertThat(waiting.await(5, TimeUnit.SECONDS)).isTrue();

        long start = System.nanoTime();
        worker.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    }

    private Outcome step() {
        steps.incrementAndGet();
        taken.release();
        Outcome next = outcomes.poll();
        return next == null ? DONE : next;
    }
}
