package dev.gatehouse.gateway.loop;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// The event loop that a request came on. Whatever made it wait brings its answer there: a connection to Redis or to an issuer has others to serve, and
/// what a request needs next is found on its own loop without a word to another thread. A thread that is no event loop is nobody's home: answers stay where
/// they come. Immutable.
public final class Home implements Executor {

    private final @Nullable EventExecutor loop;

    private Home(@Nullable EventExecutor loop) {
        this.loop = loop;
    }

    /// The one of the thread that asks.
    public static Home here() {
        return new Home(ThreadExecutorMap.currentExecutor());
    }

    /// Takes the step at home: at once by who is there already, and by anybody when the loop has ended.
    @Override
    public void execute(Runnable step) {
        if (loop == null || loop.inEventLoop()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException ended) {
            step.run();
        }
    }

    /// What is awaited, told at home.
    public <T> Mono<T> tells(Mono<T> awaited) {
        return awaited.publishOn(loop == null ? Schedulers.parallel() : Schedulers.fromExecutor(this));
    }
}
