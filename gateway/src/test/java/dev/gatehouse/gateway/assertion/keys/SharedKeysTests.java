package dev.gatehouse.gateway.assertion.keys;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.redis.RedisConnections;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.settings.Secret;

import static org.assertj.core.api.Assertions.assertThat;

/// What several instances make of one real Redis that is emptied, written to by others, stopped and killed.
class SharedKeysTests {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant ANNOUNCED = NOW.plus(KeyRing.PERIOD).minus(KeyRing.LEAD);
    private static final Secret KEK = Secret.of(new byte[32]);

    private static Redis server;
    private static RedisConnections connections;
    private static RedisClient client;

    @BeforeAll
    static void start() {
        server = Redis.temporary();
        connections = new RedisConnections(GatewaySettings.read(Map.of("REDIS_URL", server.url())::get).redis().orElseThrow());
        client = RedisClient.create(server.url());
    }

    @AfterAll
    static void stop() {
        client.close();
        connections.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        commands().flushall();
    }

    private static RedisCommands<String, String> commands() {
        return client.connect().sync();
    }

    private static FleetKeys fleet() {
        return new FleetKeys(connections.template(), new SealedRing(KEK, new SecureRandom()), NOW);
    }

    private static FleetKeys joined() {
        FleetKeys keys = fleet();
        keys.look(NOW);
        return keys;
    }

    private static NeighbourKeys neighbour() {
        return new NeighbourKeys(connections.template(), NOW);
    }

    private static String ring() {
        return commands().keys("*").getFirst();
    }

    @Test
    void instancesThatStartTogetherAgreeOnOneKey() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Keys>> looks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                looks.add(threads.submit(() -> fleet().look(NOW)));
            }
            Set<ECKey> signers = new HashSet<>();
            for (Future<Keys> look : looks) {
                signers.add(look.get().signer());
            }
            assertThat(signers).hasSize(1);
        }
    }

    @Test
    void instanceThatRestartsSignsWithTheSameKey() {
        assertThat(fleet().look(NOW).signer()).isEqualTo(fleet().look(NOW).signer());
    }

    @Test
    void keyThatSignedNothingIsNotPublished() {
        ECKey fleets = joined().known(NOW).signer();

        assertThat(fleet().look(NOW)).isEqualTo(new Keys(fleets, List.of(fleets)));
    }

    @Test
    void oneInstanceRotatesAndAllFollow() throws Exception {
        List<FleetKeys> instances = Stream.generate(SharedKeysTests::joined).limit(8).toList();
        ECKey old = instances.getFirst().known(NOW).signer();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Keys>> looks = new ArrayList<>();
            instances.forEach(instance -> looks.add(threads.submit(() -> instance.look(ANNOUNCED))));
            for (Future<Keys> look : looks) {
                look.get();
            }
        }
        Instant takesOver = NOW.plus(KeyRing.PERIOD);
        Set<ECKey> signers = new HashSet<>();
        for (FleetKeys instance : instances) {
            assertThat(instance.look(ANNOUNCED.plusSeconds(10)).signer()).isEqualTo(old);
            assertThat(instance.known(takesOver).published()).hasSize(2);
            signers.add(instance.known(takesOver).signer());
        }
        assertThat(signers).hasSize(1).doesNotContain(old);
    }

    @Test
    void putsBackWhatRedisHasLost() {
        FleetKeys one = joined();
        ECKey signer = one.known(NOW).signer();
        commands().flushall();

        assertThat(one.look(NOW).signer()).isEqualTo(signer);
        assertThat(fleet().look(NOW).signer()).isEqualTo(signer);
    }

    @Test
    void goesOnWhileRedisIsAway() {
        FleetKeys one = joined();
        ECKey signer = one.known(NOW).signer();
        server.pause();
        try {
            long begun = System.nanoTime();
            assertThat(one.look(NOW).signer()).isEqualTo(signer);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            assertThat(one.trouble()).isNotEmpty();
        } finally {
            server.resume();
        }
        assertThat(one.look(NOW).signer()).isEqualTo(signer);
        assertThat(one.trouble()).isEmpty();
    }

    @Test
    void instanceThatStartedAloneJoinsLaterAndKeepsItsOwnKeyPublishedForAWhile() {
        ECKey fleets = joined().known(NOW).signer();
        FleetKeys late = fleet();
        server.pause();
        ECKey own;
        try {
            own = late.known(NOW).signer();
            late.look(NOW);
        } finally {
            server.resume();
        }

        assertThat(own).isNotEqualTo(fleets);
        assertThat(late.look(NOW.plusSeconds(10))).isEqualTo(new Keys(fleets, List.of(fleets, own)));
        assertThat(late.look(NOW.plusSeconds(10).plus(KeyRing.LINGER))).isEqualTo(new Keys(fleets, List.of(fleets)));
    }

    @Test
    void bringsInNoKeyOfSomebodyWithoutTheKeyEncryptionKey() {
        FleetKeys one = joined();
        ECKey signer = one.known(NOW).signer();
        SealedRing foreign = new SealedRing(
                Secret.of("another key-encryption key 32 by".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                new SecureRandom());
        for (String forged : List.of(foreign.seal(KeyRing.of(AssertionKey.generate(), NOW.plusSeconds(5))), "{}", "AQ==", " ")) {
            commands().set(ring(), forged);
            assertThat(one.look(NOW)).isEqualTo(new Keys(signer, List.of(signer)));
            assertThat(fleet().look(NOW).signer()).isEqualTo(signer);
        }
    }

    @Test
    void oldRingThatIsPlayedBackDoesNotCount() {
        FleetKeys one = joined();
        String old = commands().get(ring());
        Keys rotated = one.look(ANNOUNCED);
        commands().set(ring(), old);

        assertThat(one.look(ANNOUNCED.plusSeconds(1))).isEqualTo(rotated);
        assertThat(fleet().look(ANNOUNCED.plusSeconds(1))).isEqualTo(rotated);
    }

    @Test
    void operatorsNextKeyIsAnnouncedToAll() {
        FleetKeys one = joined();
        FleetKeys two = joined();
        ECKey old = one.known(NOW).signer();

        assertThat(one.rotate(Rotation.STAGED, NOW)).isEmpty();
        Keys heard = two.look(NOW.plusSeconds(10));

        assertThat(heard).isEqualTo(one.known(NOW.plusSeconds(10)));
        assertThat(heard.signer()).isEqualTo(old);
        assertThat(two.known(NOW.plus(KeyRing.LEAD)).signer()).isNotEqualTo(old)
                .isEqualTo(one.known(NOW.plus(KeyRing.LEAD)).signer());
        assertThat(two.rotate(Rotation.STAGED, NOW.plusSeconds(20))).contains(KeySource.ANNOUNCED);
    }

    @Test
    void droppedKeysAreNobodysAnyMore() {
        FleetKeys one = joined();
        FleetKeys two = joined();
        String stolen = commands().get(ring());
        one.rotate(Rotation.STAGED, NOW); // a key that does not sign yet got out with the others
        two.look(NOW);

        assertThat(one.rotate(Rotation.AT_ONCE, NOW.plusSeconds(1))).isEmpty();
        Keys only = one.known(NOW.plusSeconds(1));
        assertThat(only.published()).containsExactly(only.signer().toPublicJWK());
        assertThat(two.look(NOW.plusSeconds(10))).isEqualTo(only);
        assertThat(joined().known(NOW.plusSeconds(10))).isEqualTo(only);

        commands().set(ring(), stolen);
        assertThat(two.look(NOW.plusSeconds(20))).isEqualTo(only);
        assertThat(fleet().look(NOW.plusSeconds(20))).isEqualTo(only);
    }

    @Test
    void keysAreDroppedWithoutRedisToo() {
        FleetKeys one = joined();
        FleetKeys two = joined();
        ECKey old = one.known(NOW).signer();
        server.pause();
        try {
            assertThat(one.rotate(Rotation.AT_ONCE, NOW)).isEmpty();
            assertThat(one.trouble()).isNotEmpty();
            assertThat(one.known(NOW).published()).hasSize(1).doesNotContain(old.toPublicJWK());
            assertThat(fleet().rotate(Rotation.AT_ONCE, NOW)).as("who has met nobody").isPresent();
        } finally {
            server.resume();
        }
        one.look(NOW.plusSeconds(10));
        assertThat(two.look(NOW.plusSeconds(10))).isEqualTo(one.known(NOW.plusSeconds(10)));
    }

    @Test
    void fleetAgreesWhenAllDropAtOnce() throws Exception {
        List<FleetKeys> instances = Stream.generate(SharedKeysTests::joined).limit(8).toList();
        ECKey old = instances.getFirst().known(NOW).signer();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> drops = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                FleetKeys instance = instances.get(i);
                Instant moment = NOW.plusMillis(i + 1);
                drops.add(threads.submit(() -> instance.rotate(Rotation.AT_ONCE, moment)));
            }
            for (Future<?> drop : drops) {
                drop.get();
            }
        }
        Set<ECKey> signers = new HashSet<>();
        for (FleetKeys instance : instances) {
            Keys keys = instance.look(NOW.plusSeconds(10));
            signers.add(keys.signer());
            assertThat(keys.published()).doesNotContain(old.toPublicJWK());
        }
        assertThat(signers).hasSize(1).doesNotContain(old);
    }

    @Test
    void neighbourDropsItsOwnKeyAndAllForgetIt() {
        NeighbourKeys one = neighbour();
        NeighbourKeys two = neighbour();
        one.look(NOW);
        two.look(NOW);
        String old = one.look(NOW).signer().getKeyID();

        assertThat(one.rotate(Rotation.AT_ONCE, NOW)).isEmpty();
        assertThat(kids(one.known(NOW))).doesNotContain(old).hasSize(2);
        Keys told = one.look(NOW.plusSeconds(2));
        assertThat(kids(told)).doesNotContain(old);
        assertThat(kids(two.look(NOW.plusSeconds(2)))).containsExactlyInAnyOrderElementsOf(kids(told));
    }

    @Test
    void noPrivateHalfLiesOpenInRedis() {
        ECKey signer = joined().known(NOW).signer();
        ECKey other = neighbour().look(NOW).signer();
        RedisCommands<String, String> redis = commands();
        for (String name : redis.keys("*")) {
            String content = redis.type(name).equals("hash") ? redis.hgetall(name).toString() : redis.get(name);
            assertThat(content).doesNotContain("\"d\"", signer.getD().toString(), other.getD().toString());
            assertThat(redis.ttl(name)).isPositive();
        }
    }

    @Test
    void neighboursPublishEachOthersKeys() {
        NeighbourKeys one = neighbour();
        NeighbourKeys two = neighbour();
        one.look(NOW);
        Keys known = two.look(NOW);

        assertThat(known.signer()).isNotEqualTo(one.known(NOW).signer());
        assertThat(known.published()).hasSize(2).isEqualTo(known.published().stream().map(ECKey::toPublicJWK).toList());
        assertThat(kids(one.look(NOW))).containsExactlyInAnyOrderElementsOf(kids(known));
    }

    @Test
    void neighbourThatIsGoneIsForgotten() {
        neighbour().look(NOW);
        NeighbourKeys one = neighbour();
        assertThat(one.look(NOW.plus(Duration.ofMinutes(9))).published()).hasSize(2);
        assertThat(one.look(NOW.plus(Duration.ofMinutes(11))).published()).hasSize(1);
    }

    @Test
    void neighboursStayKnownWhileRedisIsAway() {
        neighbour().look(NOW);
        NeighbourKeys one = neighbour();
        one.look(NOW);
        server.pause();
        try {
            assertThat(one.look(NOW.plus(Duration.ofMinutes(11))).published()).hasSize(2);
            assertThat(one.trouble()).isNotEmpty();
        } finally {
            server.resume();
        }
    }

    @Test
    void neighboursHearNoNonsense() {
        String kid = AssertionKey.generate().getKeyID();
        String key = AssertionKey.generate().toPublicJWK().toJSONString();
        Map<String, String> nonsense = Map.of("a", "", "b", "{}", "c",
                "{\"until\":99999999999,\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}", "d",
                "x".repeat(5000), kid, "{\"until\":99999999999,\"jwk\":" + key + "}");
        commands().hset(NeighbourKeys.NAME, nonsense);

        assertThat(neighbour().look(NOW).published()).hasSize(1);
        assertThat(commands().hkeys(NeighbourKeys.NAME)).doesNotContainAnyElementsOf(nonsense.keySet());
    }

    private static List<String> kids(Keys keys) {
        return keys.published().stream().map(JWK::getKeyID).toList();
    }

    @Test
    void settingsDecideWhereKeysComeFrom() throws Exception {
        var none = GatewaySettings.read(Map.<String, String>of()::get).assertion();
        var sealed = GatewaySettings.read(Map.of("GATEHOUSE_KEK", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")::get)
                .assertion();

        assertThat(KeySource.of(none, Optional.empty(), NOW)).isInstanceOf(OwnKeys.class);
        assertThat(KeySource.of(sealed, Optional.empty(), NOW)).isInstanceOf(OwnKeys.class);
        assertThat(KeySource.of(none, Optional.of(connections.template()), NOW)).isInstanceOf(NeighbourKeys.class);
        assertThat(KeySource.of(sealed, Optional.of(connections.template()), NOW)).isInstanceOf(FleetKeys.class);
    }
}
