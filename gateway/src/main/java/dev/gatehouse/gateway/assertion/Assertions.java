package dev.gatehouse.gateway.assertion;

import java.security.Provider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import dev.gatehouse.gateway.assertion.keys.FileKeys;
import dev.gatehouse.gateway.assertion.keys.KeySnapshot;
import dev.gatehouse.gateway.assertion.keys.KeySource;
import dev.gatehouse.gateway.assertion.keys.LiveKeys;
import dev.gatehouse.gateway.assertion.keys.Rotation;
import dev.gatehouse.gateway.assertion.keys.SigningKey;
import dev.gatehouse.gateway.assertion.keys.UnusableKeys;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.HeapShare;
import dev.gatehouse.gateway.settings.AssertionSettings;

/// Signs who is calling, and remembers what it signed: one text per caller and audience serves until [#LEAST_LEFT] of its life is left. Never
/// waits for anything but its own signature (about 30 µs), which requests that miss at the same moment share. Thread-safe.
///
/// What is remembered belongs to the very [Caller.Authenticated] that the authenticator gives for one token, and is found by that object's
/// identity: no token is held here, and whoever asks has just been found good by time, key and session, so that nothing signed can serve a
/// token that has ended. It is forgotten with the key that signed it. Bounded in bytes.
public final class Assertions implements AutoCloseable {

    /// Longer ones are not sent: two of this size still fit into the 8 KiB that many servers take for a whole header section.
    public static final int MAX_LENGTH = 4096;

    static final Duration LIFE = Duration.ofSeconds(60);
    static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);
    static final Duration LEAST_LEFT = Duration.ofSeconds(25);

    private static final Duration JOINING = Duration.ofSeconds(1);
    private static final Duration OPERATORS_PATIENCE = Duration.ofSeconds(10); // a Redis that is silent costs a few deadlines of 1 s
    private static final Logger LOG = LoggerFactory.getLogger(Assertions.class);
    private static final long MAX_BYTES = HeapShare.atMost(32L * 1024 * 1024, 16);
    private static final int ENTRY_BYTES = 512; // key, entry and the cache's own node
    private static final int BYTES_PER_CHARACTER = 5; // the text itself, and the caller, whose claims take about four times as much
    private static final String NONE = "";

    private final String issuer;
    private final LiveKeys keys;
    private final Clock clock;
    private final Cache<Key, Signed> signed;
    private final LongAdder signatures = new LongAdder();
    private final LongAdder omissions = new LongAdder();

    Assertions(String issuer, LiveKeys keys, Clock clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.clock = clock;
        this.signed = Caffeine.newBuilder().maximumWeight(MAX_BYTES).weigher(Assertions::weight).expireAfterWrite(LIFE)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())).executor(Runnable::run).build();
    }

    /// Joins the fleet that the settings tell of. Waits [#JOINING] at most; without an answer until then it signs with a key of its own and goes on
    /// trying.
    ///
    /// @param redis where the fleet meets; empty: this instance is alone or has its keys from a file
    /// @param provider signs; empty: the JDK does
    public static Assertions open(AssertionSettings settings, Optional<ReactiveStringRedisTemplate> redis,
            Optional<Provider> provider, Clock clock) {
        try {
            KeySource source = KeySource.of(settings, redis, clock.instant());
            return new Assertions(settings.issuer(), LiveKeys.follow(source, provider, clock, JOINING), clock);
        } catch (UnusableKeys unusable) {
            throw new IllegalStateException("GATEHOUSE_ASSERTION_KEYS: " + unusable.reason(), unusable);
        }
    }

    /// A look before the start: what is wrong with the file of keys that the settings name, in one sentence.
    public static Optional<String> problem(AssertionSettings settings) {
        return settings.keys().flatMap(
                file -> FileKeys.problem(file).map(reason -> "GATEHOUSE_ASSERTION_KEYS: " + file + " cannot be used: " + reason));
    }

    private static int weight(Key key, Signed entry) {
        return ENTRY_BYTES + BYTES_PER_CHARACTER * Math.max(entry.text().length(), MAX_LENGTH / 8);
    }

    /// The assertion about a caller who was authenticated for this very request; empty when it would be longer than [#MAX_LENGTH].
    public String of(Caller.Authenticated caller, Audience audience) {
        SigningKey signer = keys.now().signer();
        Key key = new Key(caller, audience.name());
        Signed found = signed.getIfPresent(key);
        if (found != null && found.serves(signer, clock.millis())) {
            return found.text();
        }
        return signed.asMap().compute(key, (_, other) -> other != null && other.serves(signer, clock.millis())
                ? other
                : sign(caller, audience, signer)).text();
    }

    /// The public keys by which assertions can be checked now.
    public PublishedKeys published() {
        KeySnapshot snapshot = keys.now();
        return new PublishedKeys(snapshot.jwks(), snapshot.etag());
    }

    /// How the keys stand.
    public Status status() {
        KeySnapshot snapshot = keys.now();
        return new Status(snapshot.signer().kid(), snapshot.kids(), keys.trouble());
    }

    /// Announces the next key now; it signs an hour later. Blocks for seconds at most.
    ///
    /// @return why nothing was changed; empty when it was
    public Optional<String> rotate() {
        return keys.rotate(Rotation.STAGED, OPERATORS_PATIENCE);
    }

    /// Drops all keys because one of them got out: a new one signs at once, and the others are published no more. Blocks for seconds at most.
    ///
    /// @return why nothing was changed; empty when it was
    public Optional<String> drop() {
        return keys.rotate(Rotation.AT_ONCE, OPERATORS_PATIENCE);
    }

    /// How many assertions were signed since the start.
    public long signatures() {
        return signatures.sum();
    }

    /// How many were too long to be sent; one that is remembered as such counts once.
    public long omissions() {
        return omissions.sum();
    }

    @Override
    public void close() {
        keys.close();
    }

    private Signed sign(Caller.Authenticated caller, Audience audience, SigningKey signer) {
        long now = clock.millis();
        long issued = Math.floorDiv(now, 1000);
        long expires = issued + life(caller, now);
        long until = expires * 1000 - LEAST_LEFT.toMillis();
        String payload = Payload.of(issuer, audience.name(), caller, issued, expires);
        int length = signer.length(payload);
        if (length > MAX_LENGTH) {
            omit(audience, length, now);
            return new Signed(NONE, signer, until);
        }
        signatures.increment();
        return new Signed(signer.sign(payload), signer, until);
    }

    /// In seconds.
    private static long life(Caller.Authenticated caller, long now) {
        long left = caller.expiresAt().getEpochSecond() - Math.floorDiv(now, 1000);
        return Math.clamp(left, SHORTEST_LIFE.toSeconds(), LIFE.toSeconds());
    }

    private void omit(Audience audience, int length, long now) {
        omissions.increment();
        if (audience.mayComplain(now)) {
            LOG.atWarn().addKeyValue("route", audience.name()).addKeyValue("length", length).addKeyValue("max", MAX_LENGTH)
                    .log("An assertion is too long and is not sent; the token has too many or too long roles and scopes");
        }
    }

    /// How the keys stand, for health.
    ///
    /// @param signer the id of the key that signs
    /// @param published the ids of all keys that are published
    /// @param trouble why the keys are not up to date; empty when they are
    public record Status(String signer, List<String> published, String trouble) {}

    /// One caller of one token for one audience. Callers count by identity: comparing their claims would take longer than signing.
    private record Key(Caller.Authenticated caller, String audience) {

        @Override
        @SuppressWarnings("ReferenceEquality") // see above
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.caller == caller && key.audience.equals(audience);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(caller) + audience.hashCode();
        }
    }

    /// @param until until when it serves, in milliseconds
    private record Signed(String text, SigningKey key, long until) {

        @SuppressWarnings("ReferenceEquality") // the very key: one that is withdrawn must not serve from here
        boolean serves(SigningKey signer, long now) {
            return key == signer && now <= until;
        }
    }
}
