package dev.gatehouse.gateway.assertion.keys;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.ReactiveHashOperations;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/// For a fleet without a key-encryption key: each instance signs with keys of its own, which never leave its memory, and tells the others
/// the public halves through Redis, so that each of them publishes all. A backend that meets a new instance has to fetch the keys again, and
/// who can write to Redis can bring in keys: [FleetKeys] is for those who mind.
///
/// A public half is told anew with every look and holds for [#TOLD] after the last; while Redis does not answer, those known stay.
final class NeighbourKeys implements KeySource {

    static final String NAME = "gatehouse:assertion-keys:public";

    private static final Logger LOG = LoggerFactory.getLogger(NeighbourKeys.class);
    private static final String SILENCE = "Redis does not answer";
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration DEADLINE = Duration.ofSeconds(1); // for one answer
    private static final Duration TOLD = Duration.ofMinutes(10);
    private static final int MAX_TOLD = 200; // instances, nearly; the set must stay small enough for everybody's memory
    private static final int MAX_LENGTH = 1000;

    private final ReactiveStringRedisTemplate redis;
    private final ReactiveHashOperations<String, String, String> told;
    private final Set<String> dropped = new HashSet<>(); // key ids, for the thread that looks
    private volatile KeyRing ring;
    private volatile List<ECKey> neighbours = List.of();
    private volatile String trouble = "not asked yet";

    NeighbourKeys(ReactiveStringRedisTemplate redis, Instant now) {
        this.redis = redis;
        this.told = redis.opsForHash();
        this.ring = KeyRing.of(AssertionKey.generate(), now);
    }

    @Override
    public Keys known(Instant now) {
        List<ECKey> published = new ArrayList<>(ring.published(now));
        published.addAll(neighbours);
        return new Keys(ring.signer(now), published);
    }

    @Override
    public Keys look(Instant now) {
        ring = ring.advanced(now, AssertionKey::generate).orElse(ring);
        try {
            tell(now);
            neighbours = listen(now);
            trouble = "";
        } catch (RuntimeException failure) {
            if (!trouble.equals(SILENCE)) { // once per outage
                LOG.atWarn().addKeyValue("reason", failure.getClass().getSimpleName())
                        .log("Redis does not answer; other gateways may not learn the key that signs assertions here");
            }
            trouble = SILENCE;
        }
        return known(now);
    }

    /// This gateway's own key only: each has its own.
    @Override
    public Optional<String> rotate(Rotation how, Instant now) {
        List<String> before = ring.published(now).stream().map(ECKey::getKeyID).toList();
        Optional<KeyRing> rotated = ring.rotated(how, now, AssertionKey::generate);
        ring = rotated.orElse(ring);
        if (rotated.isPresent() && how == Rotation.AT_ONCE) {
            dropped.addAll(before);
            neighbours = neighbours.stream().filter(key -> !dropped.contains(key.getKeyID())).toList(); // it hears itself, too
        }
        return rotated.isPresent() ? Optional.empty() : Optional.of(ANNOUNCED);
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }

    @Override
    public String trouble() {
        return trouble;
    }

    private void tell(Instant now) {
        Map<String, String> own = new HashMap<>();
        for (ECKey key : ring.published(now)) {
            own.put(key.getKeyID(), JSONObjectUtils.toJSONString(
                    Map.of("until", now.plus(TOLD).getEpochSecond(), "jwk", key.toPublicJWK().toJSONObject())));
        }
        told.putAll(NAME, own).then(redis.expire(NAME, TOLD)).block(DEADLINE);
    }

    private List<ECKey> listen(Instant now) {
        List<Map.Entry<String, String>> all = told.entries(NAME).take(MAX_TOLD).collectList().block(DEADLINE);
        List<ECKey> living = new ArrayList<>();
        List<String> dead = new ArrayList<>();
        for (Map.Entry<String, String> one : all == null ? List.<Map.Entry<String, String>>of() : all) {
            if (dropped.contains(one.getKey()) || !hear(one.getKey(), one.getValue(), now, living)) {
                dead.add(one.getKey());
            }
        }
        if (!dead.isEmpty()) {
            told.remove(NAME, dead.toArray()).block(DEADLINE);
        }
        return living;
    }

    private static boolean hear(String kid, String text, Instant now, List<ECKey> living) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        try {
            Map<String, Object> members = JSONObjectUtils.parse(text);
            ECKey key = AssertionKey.read(ECKey.parse(JSONObjectUtils.getJSONObject(members, "jwk"))).orElseThrow().toPublicJWK();
            boolean alive = key.getKeyID().equals(kid) && JSONObjectUtils.getLong(members, "until") > now.getEpochSecond();
            return alive && living.add(key);
        } catch (ParseException | RuntimeException _) {
            return false;
        }
    }
}
