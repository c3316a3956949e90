package dev.gatehouse.gateway.assertion.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.nimbusds.jose.jwk.ECKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/// One ring for all instances, sealed in Redis. Whoever finds it time to announce the next key writes the longer ring with a compare-and-set, so of
/// several only one does; the others read it at their next look, long before that key signs.
///
/// An instance that finds no Redis at its start signs with a key of its own until it does, and then takes the fleet's ring. One that has had the
/// fleet's ring goes on with it whatever happens to Redis, and puts it back where Redis has lost it: of two rings the one that reaches further
/// into the future counts, which also makes an older one that somebody played back ineffective. Keys that this instance may have signed with
/// and that the fleet does not know stay published here until the last of their assertions is dead.
final class FleetKeys implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(FleetKeys.class);
    private static final String SILENCE = "Redis does not answer";
    private static final int ATTEMPTS = 16; // to write, while others write too: each of them writes once
    private static final Duration PAUSE = Duration.ofSeconds(5); // how long a dropped key signs elsewhere
    private static final Duration DEADLINE = Duration.ofSeconds(1); // for one answer
    private static final Duration KEPT = KeyRing.PERIOD.multipliedBy(2); // a ring of a key-encryption key that nobody has any more goes by itself
    /// Answers with what is there afterwards.
    private static final RedisScript<String> EXCHANGE = RedisScript.of("""
            local found = redis.call('GET', KEYS[1]) or ''
            if found ~= ARGV[1] then return found end
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            return ARGV[2]""", String.class);

    private final ReactiveStringRedisTemplate redis;
    private final SealedRing seal;
    private final String name;
    private final List<Former> former = new ArrayList<>();
    private KeyRing ring; // it, used and former are for any thread that has this object's lock
    private boolean used;
    private boolean joined;
    private volatile String trouble = "not asked yet";

    FleetKeys(ReactiveStringRedisTemplate redis, SealedRing seal, Instant now) {
        this.redis = redis;
        this.seal = seal;
        this.name = "gatehouse:assertion-keys:" + seal.id();
        this.ring = KeyRing.of(AssertionKey.generate(), now);
    }

    @Override
    public synchronized Keys known(Instant now) {
        used = true;
        List<ECKey> published = new ArrayList<>(ring.published(now));
        former.forEach(left -> published.add(left.key()));
        return new Keys(ring.signer(now), published);
    }

    @Override
    public Keys look(Instant now) {
        try {
            meet(now);
            trouble = "";
        } catch (RuntimeException failure) {
            if (!trouble.equals(SILENCE)) { // once per outage
                LOG.atWarn().addKeyValue("reason", failure.getClass().getSimpleName()).addKeyValue("joined", joined)
                        .log("Redis does not answer; assertions are signed with the key that is known");
            }
            trouble = SILENCE;
        }
        return known(now);
    }

    /// Also without Redis, once the fleet has been met: whoever drops a key in an emergency must not be refused. The fleet learns it when Redis answers.
    @Override
    public Optional<String> rotate(Rotation how, Instant now) {
        look(now);
        if (!joined) {
            return Optional.of("Redis does not answer, and this gateway has not met its fleet yet");
        }
        Optional<KeyRing> rotated = ring.rotated(how, now, AssertionKey::generate);
        rotated.ifPresent(ring -> take(ring, now));
        look(now);
        return rotated.isPresent() ? Optional.empty() : Optional.of(ANNOUNCED);
    }

    @Override
    public Duration pause() {
        return joined ? PAUSE : Duration.ofSeconds(1);
    }

    @Override
    public String trouble() {
        return trouble;
    }

    private void meet(Instant now) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String stored = redis.opsForValue().get(name).blockOptional(DEADLINE).orElse("");
            Optional<KeyRing> theirs = seal.open(stored);
            if (theirs.isEmpty() && !stored.isEmpty()) {
                LOG.error("The assertion keys in Redis were changed by somebody without GATEHOUSE_KEK and are replaced");
            }
            KeyRing wanted = wanted(theirs, now);
            KeyRing there = theirs.equals(Optional.of(wanted)) ? wanted : put(stored, wanted);
            if (!joined || !ring.reachesBeyond(there)) { // else somebody was faster with a row that does not know of ours
                take(there, now);
                return;
            }
        }
        throw new IllegalStateException("others write all the time");
    }

    private KeyRing wanted(Optional<KeyRing> theirs, Instant now) {
        KeyRing best = theirs.filter(found -> !joined || !ring.reachesBeyond(found)).orElse(ring);
        return best.advanced(now, AssertionKey::generate).orElse(best);
    }

    /// What is there afterwards: another instance's ring, when that one was faster.
    private KeyRing put(String stored, KeyRing wanted) {
        String there = redis.execute(EXCHANGE, List.of(name), List.of(stored, seal.seal(wanted), Long.toString(KEPT.toMillis())))
                .blockFirst(DEADLINE);
        return seal.open(there == null ? "" : there).orElse(ring);
    }

    private synchronized void take(KeyRing newer, Instant now) {
        if (joined && newer.generation() > ring.generation()) {
            former.clear(); // dropped, so that nobody believes them any more
        } else {
            keepFormer(newer.published(now), now);
        }
        ring = newer;
        joined = true;
    }

    private void keepFormer(List<ECKey> known, Instant now) {
        former.removeIf(left -> !left.until().isAfter(now));
        for (ECKey key : ring.published(now)) {
            if (used && !known.contains(key)) {
                former.add(new Former(key, now.plus(KeyRing.LINGER)));
            }
        }
    }

    /// A key that signs no more here, and until when it is published.
    private record Former(ECKey key, Instant until) {}
}
