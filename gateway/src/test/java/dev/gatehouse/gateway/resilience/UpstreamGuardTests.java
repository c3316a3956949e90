package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.channel.AbortedException;

import dev.gatehouse.gateway.ratelimit.ManualTimer;
import dev.gatehouse.gateway.ratelimit.MovedClock;
import dev.gatehouse.gateway.resilience.UpstreamFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class UpstreamGuardTests {

    private static final String UPSTREAM = "http://localhost:8082";

    private final MovedClock clock = new MovedClock();
    private final ManualTimer timer = new ManualTimer();
    private final TestGuard guard = new TestGuard(timer, clock);
    private final AtomicInteger subscriptions = new AtomicInteger();

    private Throwable call(Mono<Void> call, int status) {
        Mono<Void> counted = call.doOnSubscribe(_ -> subscriptions.incrementAndGet());
        return guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, counted, () -> status).then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block();
    }

    private void answer(int status, int times) {
        for (int i = 0; i < times; i++) {
            call(Mono.empty(), status);
        }
    }

    private Kind outcome(Mono<Void> call) {
        return ((UpstreamFailure) call(call, 0)).kind();
    }

    @Test
    void passesAnAnswerOn() {
        assertThat(call(Mono.empty(), 200)).isNull();
    }

    @Test
    void opensWhenHalfOfTheCallsFailed() {
        answer(200, 10);
        answer(503, 9);
        assertThat(call(Mono.empty(), 200)).isNull();
        answer(503, 1);
        assertThat(call(Mono.empty(), 503)).isNull();
        assertThat(outcome(Mono.empty())).isEqualTo(Kind.OPEN);
    }

    @Test
    void neverOpensOnASuccess() {
        answer(503, 11);
        answer(200, 30);
        assertThat(call(Mono.empty(), 200)).isNull();
    }

    @Test
    void forgetsFailuresThatAreFewBesideTheSuccessesAfterThem() {
        answer(503, 11);
        answer(200, 4);
        answer(200, 4); // 11 of 19: the fewest calls, but for one
        answer(200, 4);
        answer(503, 1);
        assertThat(call(Mono.empty(), 200)).as("12 of 24").isNull();
    }

    @Test
    void opensWhenEveryOtherCallFails() {
        for (int i = 0; i < 11; i++) {
            answer(503, 1);
            answer(200, i < 10 ? 1 : 0);
        }
        assertThat(call(Mono.empty(), 200)).isInstanceOf(UpstreamFailure.class);
    }

    @Test
    void neverMakesTheCallWhileOpen() {
        answer(502, 20);
        subscriptions.set(0);
        call(Mono.empty(), 200);
        assertThat(subscriptions).hasValue(0);
    }

    @Test
    void tellsWhenItWillAskAgain() {
        answer(504, 20);
        clock.move(Duration.ofMillis(1_500));
        assertThat(((UpstreamFailure) call(Mono.empty(), 200)).retryAfter()).isEqualTo(Duration.ofMillis(3_500));
    }

    @Test
    void closesAgainAfterFiveGoodProbes() {
        answer(502, 20);
        clock.move(Duration.ofMillis(5_001));
        answer(200, 5);
        answer(200, 100);
        assertThat(guard.states()).containsEntry(UPSTREAM, "CLOSED");
    }

    @Test
    void opensAgainWhenProbesFail() {
        answer(502, 20);
        clock.move(Duration.ofMillis(5_001));
        answer(502, 5);
        assertThat(guard.states()).containsEntry(UPSTREAM, "OPEN");
    }

    /// An upstream that nobody asks for any more is not left alone for ever.
    @Test
    void isOpenNoLongerThanItKeepsRequestsAway() {
        answer(502, 20);
        assertThat(guard.states()).containsEntry(UPSTREAM, "OPEN");
        clock.move(Duration.ofMillis(5_001));
        assertThat(guard.states()).containsEntry(UPSTREAM, "HALF_OPEN");
    }

    @Test
    void letsOnlyFiveCallsProbeAtOnce() {
        answer(502, 20);
        clock.move(Duration.ofMillis(5_001));
        for (int i = 0; i < 5; i++) {
            guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, Mono.never(), () -> 0).subscribe();
        }
        assertThat(outcome(Mono.empty())).isEqualTo(Kind.OPEN);
    }

    @Test
    void givesAProbesPlaceBackWhenItsClientLeaves() {
        answer(502, 20);
        clock.move(Duration.ofMillis(5_001));
        for (int i = 0; i < 100; i++) {
            guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, Mono.never(), () -> 0).subscribe().dispose();
        }
        assertThat(call(Mono.empty(), 200)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 301, 400, 401, 404, 429, 500, 501})
    void takesEveryOtherAnswerAsASignOfLife(int status) {
        answer(status, 100);
        assertThat(guard.states()).containsEntry(UPSTREAM, "CLOSED");
    }

    @Test
    void countsNoCallWhoseClientLeft() {
        for (int i = 0; i < 100; i++) {
            guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, Mono.never(), () -> 0).subscribe().dispose();
        }
        assertThat(guard.states()).containsEntry(UPSTREAM, "CLOSED");
    }

    @Test
    void passesErrorsThatAreNotTheUpstreamsAndDoesNotCountThem() {
        IllegalStateException ours = new IllegalStateException("body too large");
        for (int i = 0; i < 100; i++) {
            call(Mono.error(ours), 0);
        }
        assertThat(call(Mono.error(ours), 0)).isSameAs(ours);
    }

    @Test
    void keepsTheDeadline() throws Exception {
        AtomicReference<Throwable> error = new AtomicReference<>();
        AtomicInteger cancelled = new AtomicInteger();
        guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, Mono.<Void>never().doOnCancel(cancelled::incrementAndGet),
                () -> 0)
                .subscribe(_ -> {}, error::set);
        timer.pass(9_999);
        assertThat(error).hasValue(null);
        timer.pass(1);
        assertThat(((UpstreamFailure) error.get()).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(cancelled).hasValue(1);
    }

    /// What Netty says when all ports of this machine towards an address are in use: by epoll, and by Java's own.
    @Test
    void blamesNoUpstreamForPortsThatAreUsedUp() {
        for (int i = 0; i < 30; i++) {
            assertThat(outcome(
                    Mono.error(new ConnectException("connect(..) failed: Cannot assign requested address: /127.0.0.1:1"))))
                    .isEqualTo(Kind.BUSY);
            assertThat(outcome(Mono.error(new BindException("Cannot assign requested address")))).isEqualTo(Kind.BUSY);
        }
    }

    /// What Reactor Netty says when no descriptor is left.
    @Test
    void blamesNoUpstreamForWhatThisMachineHasNoMoreOf() {
        for (int i = 0; i < 60; i++) {
            assertThat(outcome(Mono.error(
                    new ChannelException("Unable to create Channel",
                            new IOException("newSocketStream(..) failed: Too many open files")))))
                    .isEqualTo(Kind.BUSY);
        }
    }

    /// Anybody may send fields that are more than the upstream takes.
    @Test
    void blamesNoUpstreamForAHeaderSectionThatItDoesNotTake() {
        Throwable large = Http2Exception.headerListSizeError(1, Http2Error.PROTOCOL_ERROR, false,
                "Header size exceeded max allowed size");
        for (int i = 0; i < 60; i++) {
            assertThat(call(Mono.error(large), 0)).isSameAs(large);
        }
        assertThat(call(Mono.empty(), 200)).isNull();
    }

    @Test
    void forgetsTheDeadlineOfCallsThatEnded() {
        answer(200, 3);
        call(Mono.error(new ConnectException("refused")), 0);
        Disposable left = guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, Mono.never(), () -> 0).subscribe();
        left.dispose();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void hearsNothingAfterTheDeadline() throws Exception {
        Sinks.Empty<Void> late = Sinks.empty();
        AtomicInteger signals = new AtomicInteger();
        guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, late.asMono(), () -> 200)
                .subscribe(_ -> {}, _ -> signals.incrementAndGet(), signals::incrementAndGet);
        timer.pass(10_000);
        late.tryEmitEmpty();
        assertThat(signals).hasValue(1);
    }

    @Test
    void opensOnTimeoutsToo() throws Exception {
        for (int i = 0; i < 20; i++) {
            guard.around(UPSTREAM, Duration.ofSeconds(10), Upload.NONE, Mono.never(), () -> 0).subscribe(_ -> {}, _ -> {});
        }
        timer.pass(10_000);
        assertThat(outcome(Mono.empty())).isEqualTo(Kind.OPEN);
    }

    @Test
    void keepsUpstreamsApart() {
        answer(502, 20);
        assertThat(guard.around("http://localhost:8083", Duration.ofSeconds(10), Upload.NONE, Mono.empty(), () -> 200)
                .then(Mono.just("answered")).block())
                .isEqualTo("answered");
    }

    @Test
    void givesALongUploadTheTimeItNeeds() throws Exception {
        Sinks.Many<String> body = Sinks.many().unicast().onBackpressureBuffer();
        AtomicReference<Throwable> error = sending(body.asFlux(), Long.MAX_VALUE);
        for (int i = 0; i < 10; i++) {
            pass(9_000);
            body.tryEmitNext("more");
        }
        assertThat(error).hasValue(null);
    }

    @Test
    void startsTheTimeForTheResponseWhenTheBodyIsSent() throws Exception {
        Sinks.Many<String> body = Sinks.many().unicast().onBackpressureBuffer();
        AtomicReference<Throwable> error = sending(body.asFlux(), Long.MAX_VALUE);
        pass(9_000);
        body.tryEmitComplete();
        pass(9_999);
        assertThat(error).hasValue(null);
        pass(1);
        assertThat(((UpstreamFailure) error.get()).kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void blamesTheClientForABodyThatStalls() throws Exception {
        AtomicReference<Throwable> error = sending(Sinks.many().unicast().<String>onBackpressureBuffer().asFlux(),
                Long.MAX_VALUE);
        pass(10_000);
        assertThat(((ClientFailure) error.get()).kind()).isEqualTo(ClientFailure.Kind.STALLED);
    }

    @Test
    void blamesTheUpstreamForABodyThatItDoesNotTake() throws Exception {
        AtomicReference<Throwable> error = sending(Flux.just("a", "b", "c"), 2);
        pass(10_000);
        assertThat(((UpstreamFailure) error.get()).kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void neverOpensForClientsThatStall() throws Exception {
        for (int i = 0; i < 100; i++) {
            sending(Flux.never(), Long.MAX_VALUE);
        }
        pass(10_000);
        assertThat(guard.states()).containsEntry(UPSTREAM, "CLOSED");
    }

    static Stream<Throwable> clientsThatBreakOff() {
        return Stream.of(new IOException("Connection reset by peer"), AbortedException.beforeSend(),
                Http2Exception.streamError(1, Http2Error.PROTOCOL_ERROR, "content-length"), new DecoderException("no chunk"));
    }

    /// Anybody may break off an upload, as often as they like: the upstream stays in service for the others.
    @ParameterizedTest
    @MethodSource("clientsThatBreakOff")
    void neverOpensForClientsThatBreakOff(Throwable broken) {
        for (int i = 0; i < 60; i++) {
            Upload upload = guard.upload();
            Mono<Void> call = upload.watched(Flux.error(broken)).then();
            Throwable error = guard.around(UPSTREAM, Duration.ofSeconds(10), upload, call, () -> 0)
                    .then(Mono.<Throwable>empty()).onErrorResume(Mono::just).block();
            assertThat(((ClientFailure) error).kind()).isEqualTo(ClientFailure.Kind.GONE);
        }
        assertThat(call(Mono.empty(), 200)).isNull();
    }

    /// A call that sends the body, takes so much of it, and gets no response.
    private AtomicReference<Throwable> sending(Flux<String> body, long taken) {
        AtomicReference<Throwable> error = new AtomicReference<>();
        Upload upload = guard.upload();
        Mono<Void> call = Mono.<Void>never().doOnSubscribe(_ -> upload.watched(body).subscribe(taking(taken)));
        guard.around(UPSTREAM, Duration.ofSeconds(10), upload, call, () -> 0).subscribe(_ -> {}, error::set);
        return error;
    }

    private static BaseSubscriber<String> taking(long parts) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription body) {
                body.request(parts);
            }
        };
    }

    private void pass(long millis) throws Exception {
        clock.move(Duration.ofMillis(millis));
        timer.pass(millis);
    }

    @Test
    void doesNotTakeCancellationFromBelowForAFailureOfTheUpstream() {
        CancellationException ours = new CancellationException();
        assertThat(call(Mono.error(ours), 0)).isSameAs(ours);
    }
}
