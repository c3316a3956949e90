package dev.gatehouse.gateway.eventloop;

import java.util.ArrayList;
import java.util.List;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import org.jspecify.annotations.Nullable;

/// Tells the kernel what a loop wants to hear of its connections when it is about to wait, instead of each time it changes its mind: for one request the host stops and resumes
/// reading on both of its connections, four system calls that change nothing in the end. Level-triggered events make that safe: what has
/// come meanwhile is told by the next wait. Everything here runs on its loop.
final class SettledInterest implements IoHandler {

    private final IoHandler epoll;
    private final ThreadAwareExecutor loop;
    private final List<Registration> unsettled = new ArrayList<>(); // each connection of the loop once at most

    private SettledInterest(IoHandler epoll, ThreadAwareExecutor loop) {
        this.epoll = epoll;
        this.loop = loop;
    }

    static IoHandlerFactory over(IoHandlerFactory epoll) {
        return loop -> new SettledInterest(epoll.newHandler(loop), loop);
    }

    @Override
    public int run(IoHandlerContext context) {
        for (int i = 0; i < unsettled.size(); i++) {
            unsettled.get(i).settle();
        }
        unsettled.clear();
        return epoll.run(context);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(handle, epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    private final class Registration implements IoRegistration {

        private final IoHandle handle;
        private final IoRegistration registration;

        private IoOps told = EpollIoOps.NONE;
        private @Nullable IoOps wanted; // null: nothing but what was told

        Registration(IoHandle handle, IoRegistration registration) {
            this.handle = handle;
            this.registration = registration;
        }

        /// The first interest, and the end of all, are told at once.
        @Override
        public long submit(IoOps ops) {
            if (!loop.isExecutorThread(Thread.currentThread())) {
                loop.execute(() -> submit(ops));
                return 0;
            }
            if (told.equals(EpollIoOps.NONE) || ops.equals(EpollIoOps.NONE)) {
                wanted = null;
                told = ops;
                return registration.submit(ops);
            }
            if (wanted == null) {
                unsettled.add(this);
            }
            wanted = ops;
            return 0;
        }

        void settle() {
            IoOps now = wanted;
            wanted = null;
            if (now == null || now.equals(told) || !registration.isValid()) {
                return;
            }
            try {
                registration.submit(now);
                told = now;
            } catch (RuntimeException _) {
                close(); // nobody would hear of this connection any more
            }
        }

        private void close() {
            try {
                handle.close();
            } catch (Exception e) {
                throw new IllegalStateException("A connection can neither be watched nor closed", e);
            }
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the host's
        public <T> T attachment() {
            return registration.attachment();
        }
    }
}
