package dev.gatehouse.auth.request;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs the first [#ENOUGH] requests of a service on platform threads, all others on virtual ones.
///
/// A virtual thread that initialises a class, or waits until another one has done so, keeps its carrier (JDK 25). Of a service that has just started, requests
/// that come at once do that on all carriers, and whoever holds the lock of the jar that the class is in may be a virtual thread that then finds none: nothing
/// moves any more. Platform threads have no carriers. Thread-safe.
final class FirstRequests implements Executor {

    /// A busy service has met nearly all of its classes by then.
    static final int ENOUGH = 500;

    private final AtomicInteger left = new AtomicInteger(ENOUGH);
    private final ExecutorService first = Executors
            .newCachedThreadPool(Thread.ofPlatform().daemon().name("first-requests-", 0).factory()); // no more threads than requests
    private final ExecutorService rest = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("requests-", 0).factory());

    @Override
    public void execute(Runnable request) {
        boolean early = left.get() > 0 && left.getAndDecrement() > 0;
        (early ? first : rest).execute(request);
    }
}
