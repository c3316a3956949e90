package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.devservices.RedisCluster;
import dev.gatehouse.devservices.RedisSentinel;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.ratelimit.Fleet;
import dev.gatehouse.gateway.ratelimit.WindowRateLimiter;

import static org.assertj.core.api.Assertions.assertThat;

/// Two gateways that share a Redis Cluster, or a Redis with a replica and a sentinel.
@Tag("slow")
class RedisTopologiesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    // Two seconds until a master takes writes again, a second to be reached, and what a busy machine adds.
    private static final Duration RETURN = Duration.ofSeconds(20);
    private static final List<String> USERS = IntStream.range(0, 12).mapToObj(i -> "user" + i).toList();
    private static final String LIMITS = "gatehouse:limit:limited:burst:20/3600:u:test:";

    private static final String STREAM = "gatehouse:revocations";

    @TempDir
    Path folder;

    @Test
    void shareThroughACluster() throws Exception {
        try (RedisCluster redis = RedisCluster.temporary();
                TestUpstream upstream = TestUpstream.start();
                TestGateway one = start(redis.url(), upstream);
                TestGateway two = start(redis.url(), upstream)) {
            limitsCountOnce(one, two, "alice", 20);
            assertThat(keys(one)).isEqualTo(keys(two));
            endedSessionIsKnown(one, two, "first", () -> revokeInCluster(redis, "first"));

            assertThat(Deadline.in(PATIENCE).await(() -> instances(one) == 2 && instances(two) == 2)).isTrue();
            for (String user : USERS) {
                assertThat(ask(one, user, "session")).isEqualTo(200);
            }
            Redis lost = redis.nodes().getLast();
            List<String> there = counted(lost);
            List<String> elsewhere = USERS.stream().filter(user -> !there.contains(user)).toList();
            assertThat(there).isNotEmpty();
            assertThat(elsewhere).isNotEmpty();

            lost.kill();

            Iterator<String> comers = users(2);
            assertThat(Deadline.in(RETURN).await(() -> isGivenUp(one, comers.next()) && isGivenUp(two, comers.next()))).isTrue();
            for (String user : there) { // one may pass half of the 19 that it knew of, the other, which knew nothing, half of 20
                assertThat(passed(one, two, user)).as(user).isBetween(1, 19);
            }
            for (String user : elsewhere) {
                limitsCountOnce(one, two, user, 19);
            }

            lost.restart();

            assertThat(Deadline.in(RETURN).await(() -> isShared(one, comers.next()) && isShared(two, comers.next()))).isTrue();
            limitsCountOnce(one, two, comers.next(), 20);
        }
    }

    /// With the deadline that is shipped a pause of the machine makes some decisions lonely, so nothing is counted here.
    @Test
    void goOnSharingBesideALostNodeAsShipped() throws Exception {
        Iterator<String> ofLost = users(2);
        Iterator<String> ofOthers = users(0);
        try (RedisCluster redis = RedisCluster.temporary();
                TestUpstream upstream = TestUpstream.start();
                TestGateway one = start(redis.url(), upstream, Map.of());
                TestGateway two = start(redis.url(), upstream, Map.of())) {
            assertThat(Deadline.in(RETURN).await(() -> isShared(one, ofLost.next()) && isShared(two, ofLost.next()))).isTrue();

            redis.nodes().getLast().kill();

            assertThat(Deadline.in(RETURN).await(() -> isGivenUp(one, ofLost.next()) && isGivenUp(two, ofLost.next()))).isTrue();
            assertThat(Deadline.in(RETURN).await(() -> isShared(one, ofOthers.next()) && isShared(two, ofOthers.next())))
                    .isTrue();
            assertThat(isShared(one, ofLost.next()) || isShared(two, ofLost.next())).as("what nobody can share").isFalse();

            redis.nodes().getLast().restart();

            assertThat(Deadline.in(RETURN).await(() -> isShared(one, ofLost.next()) && isShared(two, ofLost.next()))).isTrue();
        }
    }

    /// Users without end whom this one of three masters counts.
    private static Iterator<String> users(int master) {
        return Stream.iterate(0, i -> i + 1).map(i -> "comer" + i).filter(user -> isOf(master, user)).iterator();
    }

    /// Whose counts lie on a node.
    private static List<String> counted(Redis node) {
        try (RedisClient client = RedisClient.create(node.url())) {
            return client.connect().sync().keys(LIMITS + "*").stream().map(key -> key.substring(LIMITS.length()))
                    .filter(USERS::contains).toList();
        }
    }

    /// Whether this one of three masters counts a user.
    private static boolean isOf(int master, String user) {
        return SlotHash.getSlot(LIMITS + user) * 3 / SlotHash.SLOT_COUNT == master;
    }

    @Test
    void followTheSentinelToTheReplica() throws Exception {
        try (RedisSentinel redis = RedisSentinel.temporary();
                TestUpstream upstream = TestUpstream.start();
                TestGateway one = start(redis.url(), upstream);
                TestGateway two = start(redis.url(), upstream)) {
            limitsCountOnce(one, two, "alice", 20);
            assertThat(keys(one)).isEqualTo(keys(two));
            endedSessionIsKnown(one, two, "first", () -> revoke(redis.master(), "first"));

            redis.master().kill();
            assertThat(ask(one, "bob", "session")).isEqualTo(200);

            shareThroughTheReplica(redis, one, two, PATIENCE);
        }
    }

    @Test
    void leaveAMasterThatIsOneNoMore() throws Exception {
        try (RedisSentinel redis = RedisSentinel.temporary();
                TestUpstream upstream = TestUpstream.start();
                TestGateway one = start(redis.url(), upstream);
                TestGateway two = start(redis.url(), upstream)) {
            limitsCountOnce(one, two, "alice", 20);
            endedSessionIsKnown(one, two, "first", () -> revoke(redis.master(), "first"));

            redis.replaceMaster();

            shareThroughTheReplica(redis, one, two, RETURN);
        }
    }

    private void shareThroughTheReplica(RedisSentinel redis, TestGateway one, TestGateway two, Duration within) throws Exception {
        assertThat(Deadline.in(within)
                .await(() -> isShared(one, "carol" + System.nanoTime()) && isShared(two, "carol" + System.nanoTime())))
                .isTrue();
        limitsCountOnce(one, two, "dora", 20);
        endedSessionIsKnown(one, two, "second", () -> revoke(redis.replica(), "second"));
    }

    @Test
    void followAMasterWithinACluster() throws Exception {
        int owner = SlotHash.getSlot(STREAM) * 3 / SlotHash.SLOT_COUNT;
        Iterator<String> comers = users(owner);
        try (RedisCluster redis = RedisCluster.replicated();
                TestUpstream upstream = TestUpstream.start();
                TestGateway one = start(redis.url(), upstream);
                TestGateway two = start(redis.url(), upstream)) {
            limitsCountOnce(one, two, comers.next(), 20);

            redis.exchange(owner);

            assertThat(Deadline.in(RETURN).await(() -> isShared(one, comers.next()) && isShared(two, comers.next()))).isTrue();
            limitsCountOnce(one, two, comers.next(), 20);
            endedSessionIsKnown(one, two, "first", () -> revokeInCluster(redis, "first"));

            redis.killSuccessor(owner);

            assertThat(Deadline.in(RETURN).await(() -> isShared(one, comers.next()) && isShared(two, comers.next()))).isTrue();
            limitsCountOnce(one, two, comers.next(), 20);
            endedSessionIsKnown(one, two, "second", () -> revokeInCluster(redis, "second"));
        }
    }

    private TestGateway start(String redis, TestUpstream upstream) throws IOException {
        // A busy machine stands still for longer than a decision waits by default.
        return start(redis, upstream, Map.of("GATEHOUSE_LIMITER_DEADLINE", "1s"));
    }

    private TestGateway start(String redis, TestUpstream upstream, Map<String, String> more) throws IOException {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("REDIS_URL", redis);
        settings.put("GATEHOUSE_KEK", Base64.getEncoder().encodeToString(new byte[32]));
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        return TestGateway.start("""
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256], typ: [at+jwt] }
                routes:
                  - id: limited
                    match: { path: /limited }
                    upstream: %s
                    access: signed-in
                    limits: [ { name: burst, per: user, requests: 20, every: 1h } ]
                """.formatted(keys, upstream.url()),
                settings);
    }

    private static void limitsCountOnce(TestGateway one, TestGateway two, String user, int left) throws Exception {
        double alone = decidedAlone(one) + decidedAlone(two);
        int passed = passed(one, two, user);
        assertThat(decidedAlone(one) + decidedAlone(two)).as(user).isEqualTo(alone);
        assertThat(passed).as(user).isEqualTo(left);
    }

    /// How many of thirty.
    private static int passed(TestGateway one, TestGateway two, String user) throws Exception {
        int passed = 0;
        for (int i = 0; i < 15; i++) {
            passed += ask(one, user, "session") == 200 ? 1 : 0;
            passed += ask(two, user, "session") == 200 ? 1 : 0;
        }
        return passed;
    }

    private static void endedSessionIsKnown(TestGateway one, TestGateway two, String session, Runnable end) throws Exception {
        assertThat(ask(one, session, session)).isEqualTo(200);
        end.run();
        assertThat(Deadline.in(PATIENCE).await(() -> refuses(one, session) && refuses(two, session))).isTrue();
    }

    private static void revoke(Redis redis, String session) {
        try (RedisClient client = RedisClient.create(redis.url())) {
            client.connect().sync().xadd(STREAM, ended(session));
        }
    }

    private static void revokeInCluster(RedisCluster redis, String session) {
        try (RedisClusterClient client = RedisClusterClient.create(redis.nodes().getFirst().url())) {
            client.connect().sync().xadd(STREAM, ended(session));
        }
    }

    private static Map<String, String> ended(String session) {
        return Map.of("sid", session, "until", Long.toString(Instant.now().plusSeconds(600).getEpochSecond()));
    }

    private static boolean refuses(TestGateway gateway, String session) {
        return asked(gateway, "somebody-" + session, session) == 401;
    }

    private static boolean isShared(TestGateway gateway, String user) {
        double alone = decidedAlone(gateway);
        return asked(gateway, user, "session") == 200 && decidedAlone(gateway) == alone;
    }

    /// Whether nobody waits any more for the node that counts this user.
    private static boolean isGivenUp(TestGateway gateway, String user) {
        return asked(gateway, user, "session") == 200 && !gateway.bean(WindowRateLimiter.class).isShared();
    }

    private static int asked(TestGateway gateway, String user, String session) {
        try {
            return ask(gateway, user, session);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static int ask(TestGateway gateway, String user, String session) throws Exception {
        return gateway.get("/limited", "Authorization",
                "Bearer " + TestTokens.validAt(Instant.now()).claim("sub", user).claim("sid", session).signed()).statusCode();
    }

    private static String keys(TestGateway gateway) throws Exception {
        return gateway.get("/.well-known/gatehouse/jwks.json").body();
    }

    private static int instances(TestGateway gateway) {
        return gateway.bean(Fleet.class).getAsInt();
    }

    private static double decidedAlone(TestGateway gateway) {
        return gateway.bean(MeterRegistry.class).get("gatehouse.limiter.decisions").tag("mode", "local").counters().stream()
                .mapToDouble(Counter::count).sum();
    }
}
