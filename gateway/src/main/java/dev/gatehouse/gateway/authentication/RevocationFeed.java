package dev.gatehouse.gateway.authentication;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamReadOptions;
import org.springframework.data.redis.core.ReactiveStreamOperations;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Learns of ended sessions from the stream that the auth service writes to Redis: an entry has the fields `sid`, the session, and `until`,
/// the epoch second after which no token of it is valid by its own `exp`. Asks every [#PAUSE]; a lost connection loses nothing, because the next answer
/// starts where the last one ended, and a new instance starts with the past hour. While Redis does not answer, what is known keeps applying.
public final class RevocationFeed implements AutoCloseable {

    static final String STREAM = "gatehouse:revocations";

    private static final Logger LOG = LoggerFactory.getLogger(RevocationFeed.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration DEADLINE = Duration.ofSeconds(1); // for one answer
    private static final Duration STALE_AFTER = Duration.ofSeconds(5);
    private static final Duration HISTORY = Duration.ofHours(1); // the writer keeps as much
    private static final Duration SWEEP_PAUSE = Duration.ofMinutes(1);
    private static final int BATCH = 1000;
    private static final int MAX_SESSION_LENGTH = 256;

    private final Optional<ReactiveStreamOperations<String, String, String>> streams;
    private final Revocations revocations;
    private final Clock clock;
    private final Instant created;
    private final Scheduler thread; // its own: Lettuce blocks whoever asks for the first connection, and sweeping takes its time
    private final Disposable.Composite work = Disposables.composite();
    private final CountDownLatch firstPoll = new CountDownLatch(1);
    private volatile String position = ""; // id of the last entry read; empty: start with the past hour
    private volatile Optional<Instant> lastSuccess = Optional.empty();
    private volatile Instant lastSweep;
    private volatile boolean failing;

    /// A feed that reads nothing by itself; see [#poll].
    RevocationFeed(Optional<ReactiveStringRedisTemplate> redis, Revocations revocations, Clock clock) {
        this.streams = redis.map(ReactiveStringRedisTemplate::opsForStream);
        this.revocations = revocations;
        this.clock = clock;
        this.thread = redis.isEmpty() ? Schedulers.immediate() : Schedulers.newSingle("revocation-feed", true);
        this.created = clock.instant();
        this.lastSweep = created;
        work.add(thread);
    }

    /// Begins to follow the stream, in the background. Waits for the first answer, [#DEADLINE] at most: a gateway that starts again must not let in
    /// whom the past hour has shut out.
    public static RevocationFeed follow(ReactiveStringRedisTemplate redis, Revocations revocations, Clock clock) {
        RevocationFeed feed = new RevocationFeed(Optional.of(redis), revocations, clock);
        feed.begin();
        feed.awaitFirstAnswer();
        return feed;
    }

    /// The feed of a gateway without Redis: nothing is ever revoked before its token ends.
    public static RevocationFeed off(Revocations revocations, Clock clock) {
        return new RevocationFeed(Optional.empty(), revocations, clock);
    }

    /// How the feed stands.
    public Status status() {
        Instant now = clock.instant();
        Duration lag = Duration.between(lastSuccess.orElse(created), now);
        State state = streams.isEmpty() ? State.OFF : lag.compareTo(STALE_AFTER) > 0 ? State.STALE : State.CURRENT;
        return new Status(state, lastSuccess, state == State.OFF ? Duration.ZERO : lag, revocations.entries());
    }

    @Override
    public void close() {
        work.dispose();
    }

    private void begin() {
        work.add(Mono.defer(this::poll).subscribeOn(thread).then(Mono.delay(PAUSE, thread)).repeat().subscribe());
    }

    private void awaitFirstAnswer() {
        try {
            boolean _ = firstPoll.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks once; never fails.
    Mono<Void> poll() {
        return readOn().then(Mono.fromRunnable(this::succeeded)).then()
                .onErrorResume(failure -> Mono.fromRunnable(() -> failed(failure))).doOnTerminate(firstPoll::countDown);
    }

    /// Reads everything new. When there is nothing, makes sure that the stream still goes on from where we are: after Redis has lost its data
    /// or another node has taken over, ids may begin anew below ours, and we would wait for ever.
    private Mono<Void> readOn() {
        return batch().flatMap(
                count -> count >= BATCH ? readOn() : count > 0 || position.isEmpty() ? Mono.<Void>empty() : catchUp());
    }

    @SuppressWarnings("unchecked") // a generic array of one, made by the compiler
    private Mono<Long> batch() {
        String from = position.isEmpty() ? clock.instant().minus(HISTORY).toEpochMilli() + "-0" : position;
        return streams.orElseThrow()
                .read(StreamReadOptions.empty().count(BATCH), StreamOffset.create(STREAM, ReadOffset.from(from)))
                .publishOn(thread).doOnNext(this::take).count().timeout(DEADLINE);
    }

    private Mono<Void> catchUp() {
        return streams.orElseThrow().reverseRange(STREAM, Range.unbounded(), Limit.limit().count(1)).next().timeout(DEADLINE)
                .map(newest -> behind(newest.getId(), position)).defaultIfEmpty(true)
                .doOnNext(restarted -> position = restarted ? "" : position).then();
    }

    private static boolean behind(RecordId newest, String position) {
        RecordId ours = RecordId.of(position);
        int byTime = Long.compare(zeroIfNull(newest.getTimestamp()), zeroIfNull(ours.getTimestamp()));
        return byTime < 0 || (byTime == 0 && zeroIfNull(newest.getSequence()) < zeroIfNull(ours.getSequence()));
    }

    private static long zeroIfNull(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private void take(MapRecord<String, String, String> entry) {
        position = entry.getId().getValue();
        Map<String, String> fields = entry.getValue();
        String session = fields.getOrDefault("sid", "");
        if (session.isEmpty() || session.length() > MAX_SESSION_LENGTH) {
            LOG.atWarn().addKeyValue("entry", position).log("Revocation without a session");
            return;
        }
        revocations.revoke(session, until(fields.getOrDefault("until", "")));
    }

    /// An entry that does not say how long it holds, holds for the hour that the stream remembers.
    private Instant until(String seconds) {
        try {
            return Instant.ofEpochSecond(Math.clamp(Long.parseLong(seconds), 0, 253_402_300_799L));
        } catch (NumberFormatException _) {
            LOG.atWarn().addKeyValue("entry", position).log("Revocation without an end");
            return clock.instant().plus(HISTORY);
        }
    }

    private void succeeded() {
        Instant now = clock.instant();
        lastSuccess = Optional.of(now);
        if (failing) {
            failing = false;
            LOG.info("Revocation feed answers again");
        }
        if (now.isAfter(lastSweep.plus(SWEEP_PAUSE))) {
            lastSweep = now;
            revocations.forgetEnded();
        }
    }

    private void failed(Throwable failure) {
        if (!failing) { // once per outage
            failing = true;
            LOG.atWarn().addKeyValue("reason", failure.getClass().getSimpleName())
                    .log("Revocation feed does not answer; sessions ended from now on stay valid until their tokens end");
        }
    }

    /// Whether the feed can be relied on.
    public enum State {
        /// There is no Redis.
        OFF,
        /// What was ended up to a few seconds ago is known.
        CURRENT,
        /// Redis has not answered for some seconds; what was known before keeps applying.
        STALE
    }

    /// How the feed stands, for health and metrics.
    ///
    /// @param state in one word
    /// @param lastSuccess when Redis last answered
    /// @param lag how long ago that is; since the start if it never did
    /// @param entries how many ended sessions are known
    public record Status(State state, Optional<Instant> lastSuccess, Duration lag, int entries) {}
}
