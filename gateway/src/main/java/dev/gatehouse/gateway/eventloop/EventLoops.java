package dev.gatehouse.gateway.eventloop;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.netty.ReactorNetty;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/// The event loops of this process, for connections of clients and to upstreams alike, so that a request stays on one: epoll, with interest that is told
/// once ([SettledInterest]). Thread-safe.
public final class EventLoops implements LoopResources {

    private static final AtomicBoolean INSTALLED = new AtomicBoolean();

    private final EventLoopGroup loops;
    private final EventLoopGroup near;

    private EventLoops(int count) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory threads = task -> new Loop(task, "event-loop-" + number.incrementAndGet());
        loops = new MultiThreadIoEventLoopGroup(count, threads, SettledInterest.over(EpollIoHandler.newFactory()));
        near = LoopResources.colocate(loops);
    }

    /// Makes them the host's, once for all gateways of this process, before it makes its own. One for each processor, unless the host's property says otherwise: the
    /// library's default, four at least, makes loops of a small machine take turns, and a request of one loop wait for the connection of another. Where there is no
    /// epoll the host keeps its own.
    public static void install() {
        if (!INSTALLED.compareAndSet(false, true)) {
            return;
        }
        int count = Integer.getInteger(ReactorNetty.IO_WORKER_COUNT, Runtime.getRuntime().availableProcessors());
        if (Epoll.isAvailable()) {
            HttpResources.set(new EventLoops(count));
        } else {
            System.setProperty(ReactorNetty.IO_WORKER_COUNT, String.valueOf(count));
        }
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops;
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops;
    }

    /// The loop of whoever asks.
    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return near;
    }

    @Override
    public boolean isDisposed() {
        return loops.isShuttingDown();
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.<Object>create(
                ended -> loops.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .addListener(_ -> ended.success()))
                .then();
    }

    /// One on which nobody may block.
    private static final class Loop extends FastThreadLocalThread implements NonBlocking {

        Loop(Runnable task, String name) {
            super(task, name);
            setDaemon(true);
        }
    }
}
