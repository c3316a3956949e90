package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.context.Context;

/// A request's body on its way to the upstream: knows when it last moved, and who keeps it from moving.
///
/// Without this a long upload would exceed the time for the response, and clients that stall or reset their uploads would look like faults of the
/// upstream, whose breaker they would open for everybody: the HTTP client reports an error of the body that it sends as one of its connection.
public final class Upload {

    /// For requests without a body.
    public static final Upload NONE = new Upload(InstantSource.fixed(Instant.EPOCH));

    private final InstantSource clock;
    private volatile long moved;
    private volatile boolean under;
    private volatile long wanted;
    private volatile long sent;

    Upload(InstantSource clock) {
        this.clock = clock;
    }

    /// The same body, watched as the client sends it. Give this, not the bare body, to whoever reads it: the HTTP client, or what keeps it for more attempts than one.
    public <T> Flux<T> watched(Flux<T> body) {
        return this == NONE ? body : new Watched<>(body);
    }

    /// When the body last moved or ended, in milliseconds since the epoch; 0 for a body that nobody has asked for yet.
    long moved() {
        return moved;
    }

    /// Whether the upstream takes more and the client does not send it.
    boolean waitsForClient() {
        return under && wanted > sent;
    }

    /// What the client's connection reports, HTTP/2's streams included. A refusal of the gateway's own is none.
    private static boolean isConnectionError(Throwable error) {
        return error instanceof IOException || error instanceof AbortedException || error instanceof Http2Exception
                || error instanceof DecoderException;
    }

    /// Whether anybody has asked for it.
    boolean isBegun() {
        return under || moved != 0;
    }

    private final class Watched<T> extends FluxOperator<T, T> {

        Watched(Flux<T> body) {
            super(body);
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> upstream) {
            wanted = 0;
            sent = 0;
            under = true;
            moved = clock.millis();
            source.subscribe(new Passing<>(upstream));
        }
    }

    /// Reactive Streams calls each method of this from one thread at a time; the fields are volatile for the deadline's thread.
    @SuppressWarnings("NonAtomicVolatileUpdate") // wanted has one writer, the upstream's side, and sent has one, the client's
    private final class Passing<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> upstream;
        private Subscription client = Operators.emptySubscription();

        Passing(CoreSubscriber<? super T> upstream) {
            this.upstream = upstream;
        }

        @Override
        public Context currentContext() {
            return upstream.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            client = subscription;
            upstream.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            wanted = Operators.addCap(wanted, n);
            client.request(n);
        }

        @Override
        public void onNext(T part) {
            sent++;
            moved = clock.millis();
            upstream.onNext(part);
        }

        @Override
        public void onComplete() {
            end();
            upstream.onComplete();
        }

        @Override
        public void onError(Throwable error) {
            end();
            upstream.onError(isConnectionError(error) ? new ClientFailure(ClientFailure.Kind.GONE, error) : error);
        }

        @Override
        public void cancel() {
            end();
            client.cancel();
        }

        private void end() {
            under = false;
            moved = clock.millis();
        }
    }
}
