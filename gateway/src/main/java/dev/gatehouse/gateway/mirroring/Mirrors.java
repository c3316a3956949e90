package dev.gatehouse.gateway.mirroring;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntUnaryOperator;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/// Sends copies of requests, and forgets the answers. Fire and forget: whatever becomes of a copy, its request learns nothing of it. Never waits: when
/// too many copies are under way, the next are left out. Thread-safe.
public final class Mirrors {

    /// Copies of one route that are under way at once.
    public static final int MOST = 256;

    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final IntUnaryOperator random;
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder leftOut = new LongAdder();
    private final LongAdder tooLong = new LongAdder();

    /// @param random a number from 0 to below the argument
    public Mirrors(IntUnaryOperator random) {
        this.random = random;
    }

    /// Whether the next request is one of the mirror's share. Asked once for each.
    public boolean wants(MirrorSpec spec) {
        return spec.percent() == 100 || random.applyAsInt(100) < spec.percent();
    }

    /// Sends the copy of a request without a body.
    ///
    /// @param client with a pool of its own, so that copies take no connection from requests
    /// @param underWay counts the copies of one route: a mirror that is silent takes nothing from another
    public void copy(HttpClient client, AtomicInteger underWay, String method, URI uri, HttpHeaders headers) {
        if (enter(underWay)) {
            forget(underWay, asking(client, method, uri, headers).response());
        }
    }

    /// Collects the body of a request on its way, and sends the copy when all of it has passed.
    ///
    /// @param client as above
    /// @param underWay as above; the copy counts from its first octet on
    public BodyCopy copyOfBody(HttpClient client, AtomicInteger underWay, String method, URI uri, HttpHeaders headers) {
        return new BodyCopy(this, underWay, body -> {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            forget(underWay,
                    asking(client, method, uri, headers).send((_, out) -> out.sendByteArray(Mono.just(body))).response());
        });
    }

    private static HttpClient.RequestSender asking(HttpClient client, String method, URI uri, HttpHeaders headers) {
        return client.headers(copied -> copied.set(headers)).request(HttpMethod.valueOf(method)).uri(uri);
    }

    @SuppressWarnings("CheckReturnValue") // nobody waits for the answer, so nobody else subscribes
    private void forget(AtomicInteger underWay, Mono<HttpClientResponse> answer) {
        answer.timeout(LONGEST).doFinally(_ -> underWay.decrementAndGet()).subscribe(_ -> sent.increment(),
                _ -> failed.increment());
    }

    /// Takes a place for a copy, if there is one; who got it gives it back.
    boolean enter(AtomicInteger underWay) {
        if (underWay.incrementAndGet() <= MOST) {
            return true;
        }
        underWay.decrementAndGet();
        leftOut.increment();
        return false;
    }

    /// A request's body is too long for a copy.
    public void isTooLong() {
        tooLong.increment();
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

    /// Copies that were not sent, since their bodies are longer than [BodyCopy#LONGEST].
    public long tooLong() {
        return tooLong.sum();
    }
}
