package dev.gatehouse.gateway.preamble;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Demands a preamble of the PROXY protocol of every connection. Thread-safe.
public final class Preambles {

    private static final Logger LOG = LoggerFactory.getLogger(Preambles.class);
    // Strangers can open connections as fast as they like; the log shall not follow them.
    private static final long LOG_EVERY_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final AttributeKey<Preamble> SAID = AttributeKey.valueOf(Preambles.class, "said");

    private final Predicate<InetAddress> trusted;
    private final BiPredicate<Channel, InetAddress> admitted;
    private final Duration patience;
    private final Clock clock;
    private final AtomicLong quietUntil = new AtomicLong();

    /// @param trusted who may say one
    /// @param admitted whether a connection may stay, once it is known whose it is
    /// @param patience how long it may take from the opening of the connection
    /// @param clock for the pace of the log
    public Preambles(Predicate<InetAddress> trusted, BiPredicate<Channel, InetAddress> admitted, Duration patience, Clock clock) {
        this.trusted = trusted;
        this.admitted = admitted;
        this.patience = patience;
        this.clock = clock;
    }

    /// Lets nothing of a new connection pass ahead of its preamble.
    public void demand(ChannelPipeline pipeline) {
        pipeline.addFirst("gatehouse.preamble", new PreambleGate(this));
    }

    /// What was said at the beginning of the connection.
    public static Preamble said(Channel channel) {
        @Nullable
        Preamble said = channel.attr(SAID).get();
        if (said == null && channel.parent() != null && channel.parent().hasAttr(SAID)) {
            said = channel.parent().attr(SAID).get(); // a stream's connection
        }
        return said == null ? Preamble.UNTOLD : said;
    }

    static void note(Channel channel, Preamble said) {
        channel.attr(SAID).set(said);
    }

    boolean trusts(@Nullable InetAddress peer) {
        return peer != null && trusted.test(peer);
    }

    boolean admits(Channel channel, Preamble said) {
        return switch (said) {
            case Preamble.Client client -> admitted.test(channel, client.address());
            case Preamble.Untold _ -> true; // who it is nobody can tell; proxies write so of clients, too
        };
    }

    Duration patience() {
        return patience;
    }

    void refused(String why) {
        long until = quietUntil.get();
        long now = clock.millis();
        if (now >= until && quietUntil.compareAndSet(until, now + LOG_EVERY_MILLIS)) {
            LOG.warn("A connection is closed for its preamble of the PROXY protocol: {} (told once a minute)", why);
        }
    }
}
