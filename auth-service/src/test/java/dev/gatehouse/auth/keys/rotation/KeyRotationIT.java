package dev.gatehouse.auth.keys.rotation;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.events.Events;
import dev.gatehouse.auth.events.Outbox;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.keys.KeyMaker;
import dev.gatehouse.auth.keys.KeyRecord;
import dev.gatehouse.auth.keys.KeyRecord.State;
import dev.gatehouse.auth.keys.KeysFixture;
import dev.gatehouse.auth.keys.SigningKey;
import dev.gatehouse.auth.keys.SigningKeyStore;
import dev.gatehouse.auth.keys.SigningKeys;
import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.auth.settings.KeySettings;
import dev.gatehouse.auth.settings.KeySettings.Algorithm;
import dev.gatehouse.auth.settings.Secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Over a real database, with a clock that the test moves.
final class KeyRotationIT {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final Map<String, String> ENVIRONMENT = AuthServer.environment();
    private static final DatabaseUrl URL = migrated();

    private static final HikariDataSource SOURCE = pool();

    private final JdbcClient jdbc = JdbcClient.create((DataSource) SOURCE);
    private final SigningKeyStore store = new SigningKeyStore(jdbc);
    private final Sealer sealer = new Sealer(new KeySettings.Encryption(Secret.of(new byte[32]), List.of()), new SecureRandom());
    private volatile Instant now = START;

    @AfterAll
    static void close() {
        SOURCE.close();
    }

    @BeforeEach
    @AfterEach
    void forgetKeys() {
        jdbc.sql("DELETE FROM signing_key").update();
        jdbc.sql("DELETE FROM outbox").update();
    }

    @Test
    void instancesThatStartAtOnceAgree() throws Exception {
        Callable<String> start = () -> {
            instance(Algorithm.ES256).afterMigration();
            return loaded().active().kid();
        };

        List<String> active = atOnce(start);

        assertThat(active).containsOnly(kid(State.ACTIVE));
        assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
    }

    @Test
    void movesOnAfterAMonthAndForgetsADayAfterTheLastToken() {
        KeyRotation rotation = begun(Algorithm.ES256);
        String first = kid(State.ACTIVE);
        String second = kid(State.NEXT);
        steps(rotation, Duration.ofDays(30).minusSeconds(1));
        assertThat(kid(State.ACTIVE)).isEqualTo(first);

        steps(rotation, Duration.ofSeconds(1));

        assertThat(kid(State.ACTIVE)).isEqualTo(second);
        assertThat(kid(State.RETIRED)).isEqualTo(first);
        assertThat(kid(State.NEXT)).isNotIn(first, second);
        steps(rotation, Duration.ofHours(24));
        assertThat(loaded().find(first)).as("published while a token of it may live").isPresent();
        steps(rotation, Duration.ofMinutes(5));
        assertThat(loaded().find(first)).isEmpty();
        assertThat(events()).containsExactly("key.published", "key.rotated scheduled", "key.published", "key.removed");
    }

    @Test
    void erasesThePrivateHalfOfARetiredKey() {
        KeyRotation rotation = begun(Algorithm.ES256);

        steps(rotation, Duration.ofDays(30));

        assertThat(jdbc.sql("SELECT octet_length(private_jwk) FROM signing_key WHERE state = 'retired'").query(Integer.class)
                .single()).isZero();
    }

    @Test
    void takesOneStepHoweverFarTheClockJumpsAhead() {
        KeyRotation rotation = begun(Algorithm.ES256);
        String next = kid(State.NEXT);

        int steps = steps(rotation, Duration.ofDays(400));

        assertThat(steps).isEqualTo(1);
        assertThat(kid(State.ACTIVE)).as("published before").isEqualTo(next);
    }

    @Test
    void waitsADayWhenTheClockJumpsWhileThereIsNoNextKey() {
        KeyRotation rotation = begun(Algorithm.ES256);
        String active = kid(State.ACTIVE);
        jdbc.sql("DELETE FROM signing_key WHERE state = 'next'").update();

        steps(rotation, Duration.ofDays(40));
        steps(rotation, Duration.ofHours(23));
        assertThat(kid(State.ACTIVE)).isEqualTo(active);

        steps(rotation, Duration.ofHours(1));
        assertThat(kid(State.ACTIVE)).isNotEqualTo(active);
    }

    @Test
    void survivesAClockThatGoesBack() {
        KeyRotation rotation = begun(Algorithm.ES256);
        String first = kid(State.ACTIVE);
        String second = kid(State.NEXT);

        steps(rotation, Duration.ofDays(-40));

        assertThat(kid(State.ACTIVE)).isEqualTo(first);
        steps(rotation, Duration.ofDays(30));
        assertThat(kid(State.ACTIVE)).as("counts from the mended time").isEqualTo(second);
    }

    @Test
    void ofManyInstancesOneRotates() throws Exception {
        begun(Algorithm.ES256);
        String next = kid(State.NEXT);
        now = START.plus(Duration.ofDays(30));

        atOnce(() -> instance(Algorithm.ES256).takeDueStep());

        assertThat(kid(State.ACTIVE)).isEqualTo(next);
        assertThat(states()).containsExactly(State.ACTIVE, State.NEXT, State.RETIRED);
        assertThat(events()).filteredOn(event -> event.startsWith("key.rotated")).hasSize(1);
    }

    @Test
    void leavesOneActiveKeyWhenTheDatabaseDiesInTheMiddle() {
        KeyRotation rotation = begun(Algorithm.ES256);
        String first = kid(State.ACTIVE);
        String second = kid(State.NEXT);
        now = START.plus(Duration.ofDays(30));

        assertThatThrownBy(() -> dyingBeforePublishing().takeDueStep()).isInstanceOf(TransactionException.class);

        assertThat(kid(State.ACTIVE)).isEqualTo(first);
        assertThat(states()).containsExactly(State.ACTIVE, State.NEXT);
        assertThat(events()).noneMatch(event -> event.startsWith("key.rotated"));
        steps(rotation, Duration.ZERO);
        assertThat(kid(State.ACTIVE)).isEqualTo(second);
    }

    @Test
    void anotherAlgorithmComesThroughThePublishedKey() {
        begun(Algorithm.ES256);
        String first = kid(State.ACTIVE);
        KeyRotation rotation = instance(Algorithm.EDDSA);

        rotation.afterMigration();
        steps(rotation, Duration.ofHours(23));
        assertThat(loaded().active().algorithm().getName()).isEqualTo("ES256");
        steps(rotation, Duration.ofHours(1));

        assertThat(loaded().active().algorithm().getName()).isEqualTo("EdDSA");
        assertThat(loaded().find(first)).as("tokens of the old one live on").isPresent();
        assertThat(events()).contains("key.rotated algorithm");
    }

    @Test
    void doesNotRotateByHandBeforeTheNextKeyIsKnown() {
        KeyRotation rotation = begun(Algorithm.ES256);
        String next = kid(State.NEXT);

        assertThat(rotation.rotate(Optional.empty())).hasValue(START.plus(Duration.ofHours(24)));
        now = START.plus(Duration.ofHours(24));
        assertThat(rotation.rotate(Optional.of(UUID.randomUUID()))).isEmpty();

        assertThat(kid(State.ACTIVE)).isEqualTo(next);
        assertThat(events()).contains("key.rotated requested");
    }

    @Test
    void leavesNothingOfCompromisedKeys() {
        KeyRotation rotation = begun(Algorithm.ES256);
        steps(rotation, Duration.ofDays(30));
        List<String> before = store.load().stream().map(KeyRecord::kid).toList();
        SigningKeys other = loaded();

        rotation.replaceCompromised(Optional.empty());
        other.reload();

        assertThat(other.published().getKeys()).extracting(JWK::getKeyID).hasSize(2).doesNotContainAnyElementsOf(before);
        assertThat(events()).contains("key.rotated compromised");
    }

    @ParameterizedTest
    @EnumSource
    void signsWhatOthersVerify(Algorithm algorithm) throws Exception {
        begun(algorithm);
        SigningKeys keys = loaded();
        SigningKey key = keys.active();
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(key.algorithm()).keyID(key.kid()).build(),
                new JWTClaimsSet.Builder().subject("alice").build());
        token.sign(key.signer());

        SignedJWT read = SignedJWT.parse(token.serialize());

        JWK published = keys.published().getKeyByKeyId(key.kid());
        assertThat(key.algorithm().getName()).isEqualTo(algorithm.jwsName());
        assertThat(published.isPrivate()).isFalse();
        assertThat(published.computeThumbprint()).hasToString(key.kid());
        assertThat(read.verify(keys.find(key.kid()).orElseThrow().verifier())).isTrue();
        if (algorithm != Algorithm.EDDSA) { // Nimbus itself needs one more library for that; the gateway's tests verify it
            assertThat(read.verify(new DefaultJWSVerifierFactory().createJWSVerifier(read.getHeader(),
                    ((AsymmetricJWK) published).toPublicKey()))).isTrue();
        }
    }

    @Test
    void isCommandedByOperators() {
        begun(Algorithm.ES256);
        String active = kid(State.ACTIVE);
        Map<String, String> environment = new HashMap<>(Map.of("DATABASE_URL", ENVIRONMENT.get("DATABASE_URL"), "GATEHOUSE_KEK",
                AuthServer.KEK));

        assertThat(command(environment, "list")).contains(active + "  ES256  active since", "next since", "signs from");
        assertThat(command(environment, "rotate", "--compromised")).contains("all keys are new");
        assertThat(kid(State.ACTIVE)).isNotEqualTo(active);
        assertThat(command(environment, "rotate")).startsWith("not yet: ");
        assertThat(command(environment, "reseal")).contains("signing_key.private_jwk: 0 sealed anew");
        assertThat(command(environment, "promote")).startsWith("usage: ");
        environment.put("GATEHOUSE_KEK", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        assertThat(command(environment, "rotate", "--compromised")).startsWith("GATEHOUSE_KEK: no instance uses this key");
    }

    private static String command(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        KeysCommand.run(List.of(arguments), environment, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private KeyRotation begun(Algorithm algorithm) {
        KeyRotation rotation = instance(algorithm);
        rotation.afterMigration();
        return rotation;
    }

    private KeyRotation instance(Algorithm algorithm) {
        return rotation(algorithm, store);
    }

    /// The connection ends when the rotation has retired one key and promoted the other.
    private KeyRotation dyingBeforePublishing() {
        return rotation(Algorithm.ES256, new SigningKeyStore(jdbc) {
            @Override
            public void insert(KeyRecord key) {
                jdbc.sql("SELECT pg_terminate_backend(pg_backend_pid())").query().singleRow();
            }
        });
    }

    private KeyRotation rotation(Algorithm algorithm, SigningKeyStore keys) {
        KeySettings settings = new KeySettings(new KeySettings.Encryption(Secret.of(new byte[32]), List.of()), algorithm,
                new KeySettings.Schedule(Duration.ofDays(30), Duration.ofHours(24), Duration.ofHours(24)), Optional.empty());
        Events events = new Events(new Outbox(jdbc, new Ids(Clock.systemUTC(), new SecureRandom())), List.of());
        return new KeyRotation(keys, new KeyMaker(sealer), events,
                new TransactionTemplate(new DataSourceTransactionManager(SOURCE)), settings, () -> now);
    }

    private SigningKeys loaded() {
        SigningKeys keys = KeysFixture.instance(jdbc, sealer);
        keys.reload();
        return keys;
    }

    private int steps(KeyRotation rotation, Duration later) {
        now = now.plus(later);
        int steps = 0;
        while (rotation.takeDueStep()) {
            steps++;
        }
        return steps;
    }

    private String kid(State state) {
        return store.load().stream().filter(key -> key.state() == state).map(KeyRecord::kid).reduce((_, _) -> {
            throw new IllegalStateException("two keys are " + state);
        }).orElseThrow();
    }

    private List<State> states() {
        return store.load().stream().map(KeyRecord::state).toList();
    }

    private List<String> events() {
        return jdbc.sql("""
                SELECT trim(type || ' ' || coalesce(data::json ->> 'reason', '')) FROM outbox WHERE type LIKE 'key.%'
                ORDER BY position""").query(String.class).list();
    }

    private static <T> List<T> atOnce(Callable<T> task) throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            return threads.invokeAll(Collections.nCopies(8, task)).stream().map(Future::resultNow).toList();
        }
    }

    private static HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(URL.jdbcUrl());
        config.setDataSourceProperties(URL.properties());
        return new HikariDataSource(config);
    }

    private static DatabaseUrl migrated() {
        AuthServer.start(ENVIRONMENT).close();
        return DatabaseUrl.parse(ENVIRONMENT.get("DATABASE_URL"));
    }
}
