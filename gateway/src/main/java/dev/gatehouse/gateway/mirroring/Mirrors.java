package dev.gatehouse.gateway.mirroring;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntUnaryOperator;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import reactor.netty.http.client.HttpClient;

/// Sends copies of requests, and forgets the answers. Fire and forget: whatever becomes of a copy, its request learns nothing of it. Never waits: when
/// too many copies are under way, the next are left out. Thread-safe.
public final class Mirrors {

    /// Copies of one route that are under way at once.
    public static final int MOST = 256;

    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final HttpClient client;
    private final IntUnaryOperator random;
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder leftOut = new LongAdder();

    /// @param client with a pool of its own, so that copies take no connection from requests
    /// @param random a number from 0 to below the argument
    public Mirrors(HttpClient client, IntUnaryOperator random) {
        this.client = client.followRedirect(false);
        this.random = random;
    }

    /// Sends a copy of a request without a body, if it is one of the mirror's share.
    ///
    /// @param underWay counts the copies of one route: a mirror that is silent takes nothing from another
    public void copy(MirrorSpec spec, AtomicInteger underWay, String method, URI uri, HttpHeaders headers) {
        if (random.applyAsInt(100) >= spec.percent()) {
            return;
        }
        if (underWay.incrementAndGet() > MOST) {
            underWay.decrementAndGet();
            leftOut.increment();
            return;
        }
        // Nobody waits for the answer, so nobody else subscribes.
        client.headers(copied -> copied.set(headers)).request(HttpMethod.valueOf(method)).uri(uri).response().timeout(LONGEST)
                .doFinally(_ -> underWay.decrementAndGet()).subscribe(_ -> sent.increment(), _ -> failed.increment());
    }

    /// Copies that were answered.
    public long sent() {
        return sent.sum();
    }

    /// Copies that got no answer.
    public long failed() {
        return failed.sum();
    }

    /// Copies that were not sent, since too many were under way.
    public long leftOut() {
        return leftOut.sum();
    }
}
