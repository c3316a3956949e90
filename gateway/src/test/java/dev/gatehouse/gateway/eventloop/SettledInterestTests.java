package dev.gatehouse.gateway.eventloop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.ThreadAwareExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

@EnabledOnOs(OS.LINUX)
class SettledInterestTests {

    private static final EpollIoOps READ = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
    private static final EpollIoOps NO_READ = EpollIoOps.EPOLLRDHUP;
    private static final IoHandlerContext NOW = new Now();

    private final Kernel kernel = new Kernel();
    private final IoHandler interest = SettledInterest.over(_ -> kernel).newHandler(new Here());

    @Test
    void tellsNothingOfAChangeThatDidNotLast() throws Exception {
        IoRegistration connection = watched();

        connection.submit(NO_READ);
        connection.submit(READ);
        interest.run(NOW);

        assertThat(kernel.told).containsExactly(READ);
    }

    @Test
    void tellsTheLastOfSeveralChangesBeforeItWaits() throws Exception {
        IoRegistration connection = watched();

        connection.submit(NO_READ);
        connection.submit(READ);
        connection.submit(NO_READ);
        assertThat(kernel.told).as("before the loop waits").containsExactly(READ);
        interest.run(NOW);
        interest.run(NOW);

        assertThat(kernel.told).as("told once").containsExactly(READ, NO_READ);
        assertThat(kernel.toldWhenWaiting).as("known to the first wait").isEqualTo(2);
    }

    @Test
    void tellsTheEndAtOnceAndNothingAfterwards() throws Exception {
        IoRegistration connection = watched();

        connection.submit(NO_READ);
        connection.submit(EpollIoOps.NONE);
        interest.run(NOW);

        assertThat(kernel.told).containsExactly(READ, EpollIoOps.NONE);
    }

    @Test
    void saysNothingOfAConnectionThatHasGone() throws Exception {
        IoRegistration connection = watched();

        connection.submit(NO_READ);
        connection.cancel();
        interest.run(NOW);

        assertThat(kernel.told).containsExactly(READ);
    }

    @Test
    void closesAConnectionOfWhichNobodyWouldHear() throws Exception {
        IoRegistration connection = watched();
        IoRegistration other = watched();
        kernel.refuses = true;

        connection.submit(NO_READ);
        interest.run(NOW);
        kernel.refuses = false;
        other.submit(NO_READ);
        interest.run(NOW);

        assertThat(kernel.closed).isEqualTo(1);
        assertThat(kernel.told).as("the others go on").endsWith(NO_READ);
    }

    /// Reading is stopped and resumed in one go while something is there already: it must come, though the kernel was told nothing.
    @Test
    void losesNothingThatCameMeanwhile() throws Exception {
        assertThat(Epoll.isAvailable()).isTrue();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, SettledInterest.over(EpollIoHandler.newFactory()));
        BlockingQueue<String> came = new LinkedBlockingQueue<>();
        BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
        try {
            Channel server = new ServerBootstrap().group(loops).channel(EpollServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(new Reader(came));
                            accepted.add(channel);
                        }
                    }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
            Channel client = new Bootstrap().group(loops).channel(EpollSocketChannel.class)
                    .handler(new ChannelInboundHandlerAdapter()).connect(server.localAddress()).sync().channel();
            Channel channel = accepted.poll(10, TimeUnit.SECONDS);

            for (int i = 0; i < 200; i++) {
                boolean stays = i % 2 == 0;
                channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).sync();
                client.writeAndFlush(Unpooled.copiedBuffer("a", StandardCharsets.US_ASCII)).sync();
                channel.eventLoop().submit(() -> toggle(channel, stays)).sync();
                channel.eventLoop().submit(() -> channel.config().setAutoRead(true)).sync();

                assertThat(came.poll(10, TimeUnit.SECONDS)).as("octet %s", i).isEqualTo("a");
            }
            client.close().sync();
            assertThat(came.poll(10, TimeUnit.SECONDS)).as("the end").isEqualTo("end");
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private static void toggle(Channel channel, boolean stays) {
        channel.config().setAutoRead(true);
        channel.config().setAutoRead(false);
        if (!stays) {
            channel.config().setAutoRead(true);
        }
    }

    private IoRegistration watched() throws Exception {
        IoRegistration connection = interest.register(new Handle(kernel));
        connection.submit(READ);
        return connection;
    }

    /// What a loop tells it.
    private static final class Kernel implements IoHandler {

        private final List<IoOps> told = new ArrayList<>();
        private int toldWhenWaiting;
        private boolean refuses;
        private int closed;

        @Override
        public int run(IoHandlerContext context) {
            toldWhenWaiting = toldWhenWaiting == 0 ? told.size() : toldWhenWaiting;
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            return new Told(this);
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return true;
        }
    }

    private static final class Told implements IoRegistration {

        private final Kernel kernel;
        private boolean valid = true;

        Told(Kernel kernel) {
            this.kernel = kernel;
        }

        @Override
        public long submit(IoOps ops) {
            if (kernel.refuses) {
                throw new IllegalStateException("no such descriptor");
            }
            kernel.told.add(ops);
            return 0;
        }

        @Override
        public boolean isValid() {
            return valid;
        }

        @Override
        public boolean cancel() {
            valid = false;
            return true;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> T attachment() {
            throw new UnsupportedOperationException();
        }
    }

    private record Handle(Kernel kernel) implements IoHandle {

        @Override
        public void handle(IoRegistration registration, IoEvent event) {}

        @Override
        public void close() {
            kernel.closed++;
        }
    }

    private static final class Reader extends ChannelInboundHandlerAdapter {

        private final BlockingQueue<String> came;

        Reader(BlockingQueue<String> came) {
            this.came = came;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            came.add(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
            ((ByteBuf) message).release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            came.add("end");
        }
    }

    /// Every thread is its loop.
    private static final class Here implements ThreadAwareExecutor {

        @Override
        public boolean isExecutorThread(Thread thread) {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }

    private static final class Now implements IoHandlerContext {

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    }
}
