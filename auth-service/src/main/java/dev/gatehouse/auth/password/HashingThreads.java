package dev.gatehouse.auth.password;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.password.format.HashMemory;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.settings.Settings;

/// The permits for hashing: so many threads, each with its 19 MiB for ever, and so many callers that may wait for one.
///
/// Platform threads and not a semaphore around the caller's virtual thread: a hash computes for 35 ms without a pause, and on
/// the threads that carry virtual ones it would hold up every request that needs no hash, health checks included. Thread-safe.
@Component
public final class HashingThreads implements AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ThreadPoolExecutor threads;
    private final ThreadLocal<HashMemory> memory = ThreadLocal.withInitial(HashMemory::new);
    private final Duration deadline;

    @Autowired
    HashingThreads(Settings settings, MeterRegistry meters) {
        this(settings.hashing());
        meters.gauge("gatehouse.hashing.waiting", this, HashingThreads::waiting);
        meters.gauge("gatehouse.hashing.running", threads, ThreadPoolExecutor::getActiveCount);
    }

    /// {@return threads that nobody measures}
    ///
    /// @param bounds how many
    public static HashingThreads with(Settings.Hashing bounds) {
        return new HashingThreads(bounds);
    }

    HashingThreads(Settings.Hashing bounds) {
        this.deadline = bounds.deadline();
        this.threads = new ThreadPoolExecutor(bounds.permits(), bounds.permits(), 0, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(bounds.queue()), Thread.ofPlatform().name("hashing-", 0).daemon().factory());
    }

    /// Runs the work on a hashing thread and waits for it: up to the deadline for its beginning, and then for its end.
    ///
    /// @param work what takes the time of a core
    /// @param <T> what comes out
    /// @return what came out
    /// @throws dev.gatehouse.auth.problem.Refusal with 503 where the queue is full or the deadline passed
    public <T> T call(Function<HashMemory, T> work) {
        FutureTask<T> task = new FutureTask<>(() -> work.apply(memory.get()));
        try {
            threads.execute(task);
            return result(task);
        } catch (RejectedExecutionException full) {
            throw busy();
        } catch (InterruptedException stopped) {
            threads.remove(task);
            Thread.currentThread().interrupt();
            throw busy();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("hashing failed", failed.getCause());
        }
    }

    int waiting() {
        return threads.getQueue().size();
    }

    long completed() {
        return threads.getCompletedTaskCount();
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private <T> T result(FutureTask<T> task) throws InterruptedException, ExecutionException {
        try {
            return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            if (threads.remove(task)) {
                throw busy();
            }
            return task.get(); // it runs: what was paid for so far is not thrown away
        }
    }

    private static RuntimeException busy() {
        return Problem.passing(ProblemCode.SERVICE_BUSY, "Too many passwords are being checked at this moment.",
                RETRY_AFTER).refusal();
    }
}
