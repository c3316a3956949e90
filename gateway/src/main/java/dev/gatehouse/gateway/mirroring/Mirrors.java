package dev.gatehouse.gateway.mirroring;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntUnaryOperator;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/// Sends copies of requests, and forgets the answers. Fire and forget: whatever becomes of a copy, its request learns nothing of it. Never waits: when
/// too many copies are under way, the next are left out. Thread-safe.
public final class Mirrors {

    /// Copies that are under way at once, to all mirrors together; their bodies are at most 16 MiB.
    public static final int MOST = 256;

    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final HttpClient client;
    private final IntUnaryOperator random;
    private final AtomicInteger underWay = new AtomicInteger();
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder leftOut = new LongAdder();

    /// @param client with a pool of its own, so that copies take no connection from requests
    /// @param random a number from 0 to below the argument
    public Mirrors(HttpClient client, IntUnaryOperator random) {
        this.client = client.followRedirect(false);
        this.random = random;
    }

    /// Begins a copy of this request if it is one of the mirror's share; without a body it is on its way at once.
    ///
    /// @param length of the body, at most [MirrorSpec#LONGEST_BODY]
    public Optional<Copy> copy(MirrorSpec spec, String method, URI uri, HttpHeaders headers, int length) {
        if (random.applyAsInt(100) >= spec.percent()) {
            return Optional.empty();
        }
        Copy copy = new Copy(this, method, uri, headers, length);
        copy.sendIfWhole();
        return Optional.of(copy);
    }

    void send(Copy copy) {
        if (underWay.incrementAndGet() > MOST) {
            underWay.decrementAndGet();
            leftOut.increment();
            return;
        }
        // Nobody waits for the answer, so nobody else subscribes.
        client.headers(headers -> headers.set(copy.headers())).request(HttpMethod.valueOf(copy.method())).uri(copy.uri())
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(copy.body()))).response().timeout(LONGEST)
                .doFinally(_ -> underWay.decrementAndGet())
                .subscribe(_ -> sent.increment(), _ -> failed.increment());
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
